"""Times of frames kept in the cache, since finding them out means to read through a whole video file.

Axes: T frames.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from deg_core.data.timeline import Timeline
from deg_core.data.whole_file import writing_beside
from deg_core.project.files import DAMAGED_ARRAYS, fingerprint
from deg_core.project.layout import Layout
from deg_core.project.manifest import Slot

_MOST_FRAMES = 10**8


def keep_timeline(layout: Layout, video: Path, reader: Slot, timeline: Timeline) -> None:
    """Keep when the frames of a video were taken, as this reader says; of even rates no more than rate and length.

    Raises:
        ProjectError: It cannot be written.
    """
    even = Timeline.regular(timeline.name, timeline.n_frames, timeline.frames_per_second)
    is_even = np.array_equal(even.times_s, timeline.times_s)
    times_s = timeline.times_s[:0] if is_even else timeline.times_s
    with writing_beside(_path(layout, video, reader)) as part, part.open("wb") as file:
        np.savez(file, rate=timeline.frames_per_second, n_frames=timeline.n_frames, times_s=times_s)


def kept_timeline(layout: Layout, video: Path, reader: Slot) -> Timeline | None:
    """What was kept of a video that is still the same; None where nothing was, or it is damaged."""
    try:
        with _path(layout, video, reader).open("rb") as file, np.load(file) as kept:
            rate, n_frames, times_s = float(kept["rate"]), int(kept["n_frames"]), kept["times_s"].astype(np.float64)
    except DAMAGED_ARRAYS:
        return None
    if not (0 < rate < np.inf and 0 < n_frames <= _MOST_FRAMES) or not (np.diff(times_s) > 0).all():
        return None
    return Timeline(video.stem, times_s, rate) if len(times_s) else Timeline.regular(video.stem, n_frames, rate)


def _path(layout: Layout, video: Path, reader: Slot) -> Path:
    """Another one for another video, reader, or setting of it."""
    how = hashlib.sha256(reader.model_dump_json().encode()).hexdigest()[:8]
    return layout.cache / "timelines" / f"{fingerprint(video)}-{how}.npz"
