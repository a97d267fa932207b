"""What files of events or bouts say, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that a file says.

    Attributes:
        behaviour: What was seen, or looked for.
        start: When or where it begins, in the file's unit.
        stop: Likewise, where it ends; infinite for what lasts to the end; not used for points.
        place: Where the file says so, such as `line 7`.
        subject: The animal; empty where none is named.
        annotator: The person; likewise.
        modifiers: Further words about it.
        is_point: Whether it is an instant.
        value: 1 seen, 0 looked for and not seen, -1 doubtful.
    """

    behaviour: str
    start: float
    stop: float
    place: str = ""
    subject: str = ""
    annotator: str = ""
    modifiers: tuple[str, ...] = ()
    is_point: bool = False
    value: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """An instant at which something happens, starts or stops.

    Attributes:
        time: In the file's unit.
        kind: `START`, `STOP`, `POINT`, or `TOGGLE` for what starts and stops in turn.
        behaviour: Of what.
        place: Where the file says so, such as `line 7`.
        subject: The animal.
        annotator: The person.
        modifiers: Further words, which tell apart states that overlap.
    """

    time: float
    kind: str
    behaviour: str
    place: str = ""
    subject: str = ""
    annotator: str = ""
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What a file says about one recording.

    Attributes:
        marks: Bouts and points, in any order.
        name: By which it is chosen.
        files: Names of the video files that it is about, which play one after another.
        lengths_s: How long each of them is, seconds; empty where the file does not say.
        behaviours: Looked for, whether seen or not.
        rate: Frame rate that the file states, Hz.
        length_s: Length of the video that the file states, seconds.
        n_frames: Frames of the video that the file states.
        offset_s: What the file says its times run ahead of the video's, seconds.
        events: Starts, stops and points, in any order, in place of marks.
        observed: Where somebody looked, in the file's unit; None for the whole recording.
    """

    marks: Sequence[Mark] = ()
    name: str = ""
    files: tuple[str, ...] = ()
    lengths_s: tuple[float, ...] = ()
    behaviours: tuple[str, ...] = ()
    rate: float | None = None
    length_s: float | None = None
    n_frames: int | None = None
    offset_s: float = 0.0
    events: Sequence[Event] = ()
    observed: tuple[tuple[float, float], ...] | None = None
