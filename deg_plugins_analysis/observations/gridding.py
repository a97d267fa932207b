"""Bouts in seconds or frames onto a grid of frames, recording by recording and rater by rater.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Literal

import numpy as np

from deg_core.api import UNLABELLED, LabelError, Labels
from deg_plugins_analysis.observations.bout_table import TimedBout
from deg_plugins_analysis.observations.observation import Observation

_SNAP = 1e-3  # share of a frame by which written times may miss the frame that they mean


@dataclass(frozen=True, slots=True)
class Grid:
    """How times become frames, and how long recordings are.

    Attributes:
        frames_per_second: Hz; None where nobody said.
        unit: Of starts and stops.
        duration_s: Of every recording, seconds; None where nobody said.
        durations_s: Of single recordings, before `duration_s`.
        until_last_bout: Take each recording to end with the last bout that any rater saw in it.
        sessions: Behaviours that are none, but mark when scoring began and when it ended.
        same: The name to use, by a name to be replaced.
    """

    frames_per_second: float | None = None
    unit: Literal["seconds", "frames"] = "seconds"
    duration_s: float | None = None
    durations_s: Mapping[str, float] = field(default_factory=dict)
    until_last_bout: bool = False
    sessions: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)

    def duration_of(self, recording: str) -> float | None:
        """Seconds that a recording lasts, where somebody said."""
        return self.durations_s.get(recording, self.duration_s)


@dataclass(frozen=True, slots=True)
class _Span:
    """Frames of a bout."""

    bout: TimedBout
    start: int
    stop: int


def grid_bouts(bouts: Sequence[TimedBout], grid: Grid) -> tuple[list[Observation], list[str]]:
    """Lay bouts on frames.

    Args:
        bouts: Of any recordings and raters. What a rater does not mention is absent.
        grid: How.

    Returns:
        An observation for each recording and rater, all of the same behaviours, -1 outside the session; and notes on
        what a person should know.

    Raises:
        LabelError: The rate or a length is not known, or a bout lies outside its recording.
    """
    rate = _require_rate(grid)
    known = [replace(bout, behaviour=grid.same.get(bout.behaviour, bout.behaviour)) for bout in bouts]
    scale = rate if grid.unit == "seconds" else 1.0
    spans = [_frames(bout, scale) for bout in known]
    sessions = {grid.same.get(name, name) for name in grid.sessions}
    behaviours = tuple(dict.fromkeys(bout.behaviour for bout in known if bout.behaviour not in sessions))
    recordings: dict[str, dict[str, list[_Span]]] = {}
    for span in spans:
        recordings.setdefault(span.bout.recording, {}).setdefault(span.bout.rater, []).append(span)
    observations, notes = [], _Notes()
    for recording, raters in recordings.items():
        n_frames = _n_frames(recording, [span for each in raters.values() for span in each], grid, rate)
        for rater, seen in raters.items():
            marks = _marks(seen, behaviours, n_frames, sessions, notes)
            observations.append(Observation(recording, rater, Labels(marks, behaviours, rate)))
    return observations, notes.sentences()


def _require_rate(grid: Grid) -> float:
    if not grid.frames_per_second:
        raise LabelError(
            "bouts have to be laid on frames, but nobody said how many there are in a second",
            where="--fps",
            fix="give the frame rate of the videos: --fps 25",
        )
    return grid.frames_per_second


def _frames(bout: TimedBout, scale: float) -> _Span:
    """From the first frame at or after the start up to that at or after the stop; at least one."""
    start, stop = (ceil(side * scale - _SNAP) for side in (bout.start, bout.stop))
    return _Span(bout, max(start, 0), max(stop, start + 1, 1))


def _n_frames(recording: str, spans: Sequence[_Span], grid: Grid, rate: float) -> int:
    last = max(spans, key=lambda span: span.stop)
    duration_s = grid.duration_of(recording)
    if duration_s is None:
        if grid.sessions or grid.until_last_bout:
            return last.stop
        raise LabelError(
            "bouts do not tell how long the recording is",
            where=recording,
            fix="say so: --duration SECONDS, a column duration_s in the table of groups, --session NAME where raters "
            "marked begin and end, or --until-last-bout",
        )
    n_frames = round(duration_s * rate)
    if last.stop > n_frames + 1:
        raise LabelError(
            f"a bout of {last.bout.behaviour} ends at {last.stop / rate:.3f} s of a recording of {duration_s:g} s",
            where=last.bout.where,
            fix="correct the row, --duration, --fps or --unit",
        )
    return n_frames


class _Notes:
    """Counts what happened often, and says it once."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def add(self, what: str, where: str, count: int = 1) -> None:
        self._first.setdefault(what, where)
        self._counts[what] = self._counts.get(what, 0) + count

    def sentences(self) -> list[str]:
        return [f"{count} {what} (first: {self._first[what]})" for what, count in self._counts.items()]


def _marks(
    spans: Sequence[_Span], behaviours: Sequence[str], n_frames: int, sessions: set[str], notes: _Notes
) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    counts = np.zeros((n_frames, len(behaviours)), dtype=np.int16)
    begin, end = _session(spans, sessions, n_frames, notes)
    for span in spans:
        if span.bout.behaviour in sessions:
            continue
        column = behaviours.index(span.bout.behaviour)
        if (counts[span.start : span.stop, column] > 0).any():
            notes.add("bouts overlap another of the same behaviour and rater; they are united", span.bout.where)
        if span.start < begin or span.stop > end:
            notes.add(
                "bouts lie partly or wholly outside the rater's session; what lies outside is left out", span.bout.where
            )
        counts[span.start : span.stop, column] += 1
    marks = (counts > 0).astype(np.int8)
    marks[:begin] = UNLABELLED
    marks[end:] = UNLABELLED
    return marks


def _session(spans: Sequence[_Span], sessions: set[str], n_frames: int, notes: _Notes) -> tuple[int, int]:
    """Frames that a rater scored: from the first mark, if it is in the first half, to the last, if in the second."""
    if not sessions:
        return 0, n_frames
    who = f"{spans[0].bout.recording}, {spans[0].bout.rater}"
    marks = [span for span in spans if span.bout.behaviour in sessions]
    begins = [mark.start for mark in marks if mark.start + mark.stop < n_frames]
    ends = [mark.stop for mark in marks if mark.start + mark.stop >= n_frames]
    if not begins:
        notes.add("raters did not mark where their session begins; it begins with the recording", who)
    if not ends:
        notes.add("raters did not mark where their session ends; it ends with the last mark or bout of any rater", who)
    if len(marks) > 2:
        notes.add("sessions have more than two marks; the first and the last count", who)
    return min(begins, default=0), min(max(ends, default=n_frames), n_frames)
