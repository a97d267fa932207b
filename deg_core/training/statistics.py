"""Colours of the training frames, by which pictures are z-scored.

Axes: T frames, H, W.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deg_core.data.record import Span
from deg_core.progress import Progress
from deg_core.project.run_record import Statistics
from deg_core.training.frames import FrameSource
from deg_core.training.sampling import evenly_spaced

_AT_MOST = 2000
_LEAST_STD = 1 / 255
"""Keeps pictures of a single colour finite."""


def frame_statistics(sources: Mapping[str, FrameSource], spans: Sequence[Span], progress: Progress) -> Statistics:
    """Mean and standard deviation of red, green and blue over training frames.

    Args:
        sources: Frames by name of recording.
        spans: Stretches that are used for training; at most 2000 frames, evenly spread over them, are looked at.
        progress: Who is told.

    Returns:
        In 0..1; exact for the frames looked at, pooled over all of their pixels.
    """
    ends = np.cumsum([span.n_frames for span in spans])
    kept = evenly_spaced(int(ends[-1]), _AT_MOST)
    n_pixels, total, squares = 0, np.zeros(3), np.zeros(3)
    with progress.task("colours", len(kept)) as task:
        for place in kept:
            at = int(np.searchsorted(ends, place, side="right"))
            frame = int(spans[at].stop - (ends[at] - place))
            pixels = sources[spans[at].record].read(frame, frame + 1).reshape(-1, 3).astype(np.uint32)
            n_pixels += len(pixels)
            total += pixels.sum(axis=0)
            squares += np.square(pixels).sum(axis=0, dtype=np.uint64)
            task.advance()
    mean = total / n_pixels / 255
    std = np.sqrt(np.maximum(squares / n_pixels / 255**2 - mean**2, _LEAST_STD**2))
    red, green, blue = (float(value) for value in mean)
    return Statistics(mean=(red, green, blue), std=(float(std[0]), float(std[1]), float(std[2])))


def mean_colour(statistics: Statistics) -> NDArray[np.uint8]:
    """The mean colour as a pixel; uint8, shape (3,)."""
    return np.asarray(np.floor(np.array(statistics.mean) * 255), dtype=np.uint8)
