"""Rows of tables that no other module of this folder makes: single bouts, and runs of bouts by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.statistics.bouts import bouts_of
from deg_plugins_analysis.statistics.chance import Run, Runs


@dataclass(frozen=True, slots=True)
class BoutRow:
    """One bout.

    Attributes:
        recording: The recording.
        rater: Who scored it.
        behaviour: The behaviour.
        start_frame: Its first frame.
        stop_frame: The first frame after it.
        start_s: Begin, seconds.
        stop_s: End, seconds.
        length_s: Seconds.
        is_cut: Whether it reaches the begin or end of what was scored.
        since_previous_s: Since the bout of this behaviour before it ended; NaN for the first.
        clock: Time of the day at which it began; empty where nobody said when the recording began.
    """

    recording: str
    rater: str
    behaviour: str
    start_frame: int
    stop_frame: int
    start_s: float
    stop_s: float
    length_s: float
    is_cut: bool
    since_previous_s: float
    clock: str


def bout_rows(observation: Observation, begun: datetime | None) -> Iterator[BoutRow]:
    """Every bout of a recording, behaviour by behaviour."""
    rate = observation.frames_per_second
    for name, bouts in bouts_of(observation.labels).items():
        spans, cuts, gaps = bouts.spans.tolist(), bouts.is_cut.tolist(), (bouts.since_previous / rate).tolist()
        for (start, stop), is_cut, gap in zip(spans, cuts, gaps, strict=True):
            clock = (begun + timedelta(seconds=start / rate)).strftime("%H:%M:%S") if begun else ""
            yield BoutRow(
                observation.recording,
                observation.rater,
                name,
                start,
                stop,
                start / rate,
                stop / rate,
                (stop - start) / rate,
                is_cut,
                gap,
                clock,
            )


@dataclass(frozen=True, slots=True)
class RunRow:
    """A transition, or a longer run of bouts, in one group. The rest is as in `Run`.

    Attributes:
        factor: The column that tells groups apart; `all` for all recordings.
        group: The group.
        sequence: The behaviours in their order.
    """

    factor: str
    group: str
    sequence: tuple[str, ...]
    count: int
    share: float
    expected: float
    ratio: float
    p: float
    p_corrected: float
    expected_from_pairs: float


def run_rows(factor: str, group: str, runs: Runs) -> list[RunRow]:
    """Rows of a group, the most frequent first."""
    ordered = sorted(runs.runs, key=lambda run: -run.count)
    return [_row(factor, group, run) for run in ordered]


def _row(factor: str, group: str, run: Run) -> RunRow:
    return RunRow(
        factor,
        group,
        run.behaviours,
        run.count,
        run.share,
        run.expected,
        run.ratio,
        run.p,
        run.p_corrected,
        run.expected_from_pairs,
    )
