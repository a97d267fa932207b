"""From the times or frames of a file to frames of a recording, all of a file at once.

Axes: N marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.said import Mark

_SNAP = 1e-3
"""Share of a frame by which written seconds may miss the frame they mean."""
_MOST_SNAP = 0.25
"""The same for files that round to whole milliseconds, at rates where those are a good part of a frame."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a file counts.

    Attributes:
        unit: Seconds since the first frame, or frames.
        first: Number of the first frame, 0 or 1.
        stop_inside: Whether a stop is the last frame, or an instant, of its bout.
        resolution_s: The last digit of written seconds; times may be off by half of it.
    """

    unit: Literal["seconds", "frames"] = "seconds"
    first: Literal[0, 1] = 0
    stop_inside: bool = False
    resolution_s: float = 0.0


def frames_between(
    marks: Sequence[Mark], scale: Scale, timeline: Timeline, path: Path, point_s: float, *, clip: bool = False
) -> NDArray[np.int64]:
    """First frame of each mark and the first frame after it.

    Args:
        marks: Of one recording.
        scale: How they count.
        timeline: The recording.
        path: The file, for messages.
        point_s: How long points last, seconds; at least a frame.
        clip: Cut what reaches outside the recording instead of refusing it.

    Returns:
        Shape (N, 2); every span has a frame of the recording.

    Raises:
        LabelError: A mark stops before it starts, has no frame, or lies outside the recording.
    """
    starts = np.array([mark.start for mark in marks], dtype=np.float64)
    stops = np.array([mark.stop for mark in marks], dtype=np.float64)
    is_point = np.array([mark.is_point for mark in marks], dtype=bool)
    stops = np.where(is_point, starts, stops)
    places = [f"{path}, {mark.place}" if mark.place else str(path) for mark in marks]
    if scale.unit == "frames":
        return _counted(starts, stops, is_point, scale, timeline, places, clip=clip)
    return _timed(starts, stops, is_point, scale, timeline, places, point_s, clip=clip)


def _timed(
    starts_s: NDArray[np.float64],
    stops_s: NDArray[np.float64],
    is_point: NDArray[np.bool_],
    scale: Scale,
    timeline: Timeline,
    places: Sequence[str],
    point_s: float,
    *,
    clip: bool,
) -> NDArray[np.int64]:
    frame_s, end_s = 1 / timeline.frames_per_second, timeline.time_at(timeline.n_frames)
    stops_s = np.where(np.isposinf(stops_s), end_s, stops_s)
    _require_order(starts_s, stops_s, "{:g} s", places)
    if clip:
        starts_s, stops_s = np.clip(starts_s, 0, end_s), np.clip(stops_s, 0, end_s)
    outside = ~((starts_s >= -frame_s - 1e-9) & (stops_s <= end_s + frame_s + 1e-9))
    for at in np.flatnonzero(outside)[:1]:
        bout = f"{starts_s[at]:g} to {stops_s[at]:g} s"
        raise _outside(bout, f"0 to {end_s:.3f} s", timeline, places[at])
    stops_s = np.where(is_point, np.minimum(starts_s + point_s, end_s), stops_s)
    slack_s = max(_SNAP, min(scale.resolution_s / 2 / frame_s + _SNAP, _MOST_SNAP)) * frame_s
    start = np.searchsorted(timeline.times_s, starts_s - slack_s, side="left")
    stop = np.searchsorted(timeline.times_s, stops_s - slack_s, side="left")
    if scale.stop_inside:
        stop = np.where(is_point, stop, np.searchsorted(timeline.times_s, stops_s + slack_s, side="right"))
    # What falls between two frames keeps the later of them.
    start = np.where(stop > start, start, np.minimum(start, timeline.n_frames - 1))
    return np.stack([start, np.maximum(stop, start + 1)], axis=1).astype(np.int64)


def _counted(
    starts: NDArray[np.float64],
    stops: NDArray[np.float64],
    is_point: NDArray[np.bool_],
    scale: Scale,
    timeline: Timeline,
    places: Sequence[str],
    *,
    clip: bool,
) -> NDArray[np.int64]:
    n_frames = timeline.n_frames
    stops = np.where(np.isposinf(stops), n_frames + scale.first - int(scale.stop_inside), stops)
    fractional = ~((starts == np.round(starts)) & (stops == np.round(stops)))  # also where not a number
    for at in np.flatnonzero(fractional)[:1]:
        raise LabelError(
            f"frames {starts[at]:g} to {stops[at]:g} are not whole numbers",
            where=places[at],
            fix="if these are seconds, set `unit` to seconds; some programs write those below a header of frames",
        )
    _require_order(starts, stops, "frame {:.0f}", places)
    start, stop = starts - scale.first, stops - scale.first + np.where(scale.stop_inside | is_point, 1, 0)
    if clip:
        start, stop = np.clip(start, 0, n_frames), np.clip(stop, 0, n_frames)
    for at in np.flatnonzero((stop == start) & (not clip))[:1]:
        raise LabelError(
            f"the bout at frame {starts[at]:.0f} has no frame",
            where=places[at],
            fix="`stop` is the first frame after the bout",
        )
    for at in np.flatnonzero((start < 0) | (stop > n_frames))[:1]:
        bout = f"frames {starts[at]:.0f} to {stops[at]:.0f}"
        raise _outside(bout, f"frames {scale.first} to {n_frames + scale.first}", timeline, places[at])
    return np.stack([start, stop], axis=1).astype(np.int64)


def _require_order(starts: NDArray[np.float64], stops: NDArray[np.float64], form: str, places: Sequence[str]) -> None:
    for at in np.flatnonzero(~(stops >= starts))[:1]:  # also where one is not a number
        start, stop = form.format(starts[at]), form.format(stops[at])
        raise LabelError(
            f"a bout starts at {start} and stops before, at {stop}", where=places[at], fix="correct the row"
        )


def _outside(bout: str, recording: str, timeline: Timeline, where: str) -> LabelError:
    return LabelError(
        f"a bout, {bout}, lies outside the recording, {recording}",
        where=f"{where}, for {timeline.name}",
        fix="check that the file belongs to this recording, and its unit and rate",
    )
