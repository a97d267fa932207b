"""Where a live session stands, for whoever shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from deg_live.decision import Decision
from deg_live.latency import LatencyFigures

STRIP_S = 10.0
"""How far back the running strip goes, seconds."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Frames so far.

    Attributes:
        captured: From the source.
        decided: Of those.
        dropped: Of those, before anybody looked at them, since the machine was behind.
        missing: Never came from the source, as far as can be known.
        unrecorded: Captured and not in the recording.
    """

    captured: int
    decided: int
    dropped: int
    missing: int
    unrecorded: int


@dataclass(frozen=True, slots=True)
class Status:
    """A moment.

    Attributes:
        time_s: Of the last decision, seconds since the first frame.
        counts: Frames so far.
        latency: From capture to decision so far.
        bound_ms: What it should not exceed.
        present: Behaviours in the last frame that was decided.
        strip: Decisions of the last seconds, in order.
    """

    time_s: float
    counts: Counts
    latency: LatencyFigures
    bound_ms: float
    present: tuple[str, ...]
    strip: Sequence[Decision]


class Recent:
    """Decisions of the last seconds."""

    def __init__(self) -> None:
        self.decisions: deque[Decision] = deque()
        self.present: tuple[str, ...] = ()
        self.n_decided = 0

    def add(self, decision: Decision) -> None:
        """Take one more, and forget what is too old."""
        if decision.decided:
            self.present = decision.present
            self.n_decided += 1
        self.decisions.append(decision)
        while self.decisions[0].time_s < decision.time_s - STRIP_S:
            self.decisions.popleft()

    @property
    def time_s(self) -> float:
        """Of the newest."""
        return self.decisions[-1].time_s if self.decisions else 0.0


def draw_strip(behaviour: str, decisions: Sequence[Decision], n_cells: int, stop_s: float) -> str:
    """The last seconds of one behaviour in a line: a block where it is present, a dot where not, `?` where unknown.

    Args:
        behaviour: Which.
        decisions: In order.
        n_cells: Length of the line.
        stop_s: Where it ends, seconds.
    """
    cells = [" "] * n_cells
    rank = " ?·█"
    for decision in decisions:
        place = int((decision.time_s - stop_s + STRIP_S) / STRIP_S * n_cells)
        mark = "?" if not decision.decided else "█" if behaviour in decision.present else "·"
        if 0 <= place <= n_cells:
            place = min(place, n_cells - 1)
            cells[place] = max(cells[place], mark, key=rank.index)
    return "".join(cells)


def sentence(status: Status) -> str:
    """A moment in one line."""
    counts, latency = status.counts, status.latency
    parts = [
        f"{status.time_s:.0f} s",
        f"{counts.captured} frames",
        f"{counts.decided} decided",
        f"{counts.dropped} dropped",
        f"{counts.missing} missing",
        latency_words(latency, status.bound_ms),
    ]
    if counts.unrecorded:
        parts.append(f"{counts.unrecorded} not recorded")
    return ", ".join(parts)


def latency_words(latency: LatencyFigures, bound_ms: float) -> str:
    """Latencies in words."""
    if latency.maximum != latency.maximum:  # before the first decision
        return f"no decision yet (bound {bound_ms:.0f} ms)"
    late = f", {latency.n_late} late" if latency.n_late else ""
    return (
        f"latency {latency.median:.0f} ms median, {latency.most:.0f} ms 95 %, {latency.maximum:.0f} ms maximum"
        f" (bound {bound_ms:.0f} ms{late})"
    )
