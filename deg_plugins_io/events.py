"""Events and bouts on their way to labels. What is not mentioned is absent in the whole recording.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deg_core.api import LabelError, Labels, Timeline

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was seen, frames `start` up to, not including, `stop`."""

    behaviour: str
    start: int
    stop: int


def require_timeline(timeline: Timeline | None, path: Path) -> Timeline:
    """Refuse to read bouts for a recording of unknown length.

    Raises:
        LabelError: The timeline is None.
    """
    if timeline is None:
        raise LabelError(
            "bouts do not tell how long the recording is", where=str(path), fix="give its video along with the labels"
        )
    return timeline


def event_in_seconds(behaviour: str, start_s: float, stop_s: float, timeline: Timeline, where: str) -> Event:
    """An event between two times, half-open; one that falls between two frames keeps the later of them.

    Args:
        behaviour: What was seen.
        start_s: Since the recording's first frame, seconds.
        stop_s: Likewise; the same as `start_s` for an instant.
        timeline: The recording.
        where: The place in the file, for messages.

    Raises:
        LabelError: It stops before it starts, or lies outside the recording by more than a frame.
    """
    frame_s = 1 / timeline.frames_per_second
    end_s = timeline.time_at(timeline.n_frames)
    if stop_s < start_s:
        raise _backwards(f"{start_s:g} s", f"{stop_s:g} s", where)
    if start_s < -frame_s or stop_s > end_s + frame_s:
        raise _outside(f"{start_s:g} to {stop_s:g} s", f"0 to {end_s:.3f} s", timeline, where)
    start, stop = timeline.span_of(start_s, stop_s)
    if stop > start:
        return Event(behaviour, start, stop)
    start = min(start, timeline.n_frames - 1)
    return Event(behaviour, start, start + 1)


def event_in_frames(behaviour: str, start: int, stop: int, timeline: Timeline, where: str) -> Event:
    """An event between two frames, half-open.

    Raises:
        LabelError: It has no frame, stops before it starts, or lies outside the recording.
    """
    if stop < start:
        raise _backwards(f"frame {start}", f"frame {stop}", where)
    if stop == start:
        raise LabelError(
            f"the bout at frame {start} has no frame", where=where, fix="`stop` is the first frame after the bout"
        )
    if start < 0 or stop > timeline.n_frames:
        raise _outside(f"frames {start} to {stop}", f"frames 0 to {timeline.n_frames}", timeline, where)
    return Event(behaviour, start, stop)


def _backwards(start: str, stop: str, where: str) -> LabelError:
    return LabelError(f"a bout starts at {start} and stops before, at {stop}", where=where, fix="correct the row")


def _outside(bout: str, recording: str, timeline: Timeline, where: str) -> LabelError:
    return LabelError(
        f"a bout, {bout}, lies outside the recording, {recording}",
        where=f"{where}, for {timeline.name}",
        fix="check that the file belongs to this recording, and its unit and rate",
    )


def labels_of(events: Iterable[Event], behaviours: tuple[str, ...], timeline: Timeline, path: Path) -> Labels:
    """Labels of a whole recording from what was seen in it.

    Args:
        events: In any order; those of one behaviour that overlap are united.
        behaviours: Looked for, and absent where no event names them; those only seen follow.
        timeline: The recording.
        path: The file, for notes.

    Returns:
        1 where an event is, 0 elsewhere.
    """
    seen = list(events)
    names = tuple(dict.fromkeys([*behaviours, *(event.behaviour for event in seen)]))
    counts = np.zeros((timeline.n_frames, len(names)), dtype=np.int32)
    for event in seen:
        counts[event.start : event.stop, names.index(event.behaviour)] += 1
    for name, column in zip(names, counts.T, strict=True):
        if (column > 1).any():
            log.warning("%s: bouts of %r overlap in %d frames; they are united", path, name, (column > 1).sum())
    return Labels((counts > 0).astype(np.int8), names, timeline.frames_per_second)


def notes_on_loss(labels: Labels) -> tuple[str, ...]:
    """What a list of bouts cannot hold of some labels, a sentence each."""
    n_unlabelled = int((labels.marks == -1).any(axis=1).sum())
    if not n_unlabelled:
        return ()
    return (f"{n_unlabelled} frames are not labelled for every behaviour; a list of bouts shows them as absent",)


def seconds_text(seconds: float, frames_per_second: float) -> str:
    """Seconds with digits enough to find the frame again."""
    return f"{seconds:.6f}" if frames_per_second <= 1000 else f"{seconds:.9f}"
