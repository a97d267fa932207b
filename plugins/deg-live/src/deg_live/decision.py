"""What is told of each frame, to the terminal, to a socket, or to a function of a lab."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core import LiveDecisions

    from deg_live.capture import Capture


@dataclass(frozen=True, slots=True)
class Decision:
    """What is present in one frame.

    Attributes:
        frame: Its index in the recording, from 0.
        time_s: When it was taken, since the first frame, seconds.
        latency_ms: From its capture to this decision, milliseconds; None where it was dropped.
        decided: False where it was dropped, so that nothing is known of it.
        present: Behaviours that are present.
        started: Those that were not present in the last frame that was decided.
        stopped: Those that were, and are no more.
        probabilities: Of each behaviour, 0..1; empty where it was dropped.
    """

    frame: int
    time_s: float
    latency_ms: float | None
    decided: bool
    present: tuple[str, ...]
    started: tuple[str, ...]
    stopped: tuple[str, ...]
    probabilities: Mapping[str, float]

    def as_json(self) -> str:
        """All of it in one line."""
        return json.dumps(self.values(), allow_nan=False)

    def values(self) -> dict[str, Any]:
        """All of it, rounded to what can be meant."""
        return {
            "frame": self.frame,
            "time_s": round(self.time_s, 4),
            "latency_ms": None if self.latency_ms is None else round(self.latency_ms, 1),
            "decided": self.decided,
            "present": list(self.present),
            "started": list(self.started),
            "stopped": list(self.stopped),
            "probabilities": {name: round(value, 4) for name, value in self.probabilities.items()},
        }


class Telling:
    """Turns what is decided of frames in a row into what is told of each.

    Args:
        behaviours: Names of the columns.
    """

    def __init__(self, behaviours: Sequence[str]) -> None:
        self._behaviours = tuple(behaviours)
        self._last: frozenset[str] = frozenset()

    def tell(self, decisions: LiveDecisions, captures: Sequence[Capture], now_s: float) -> Iterator[Decision]:
        """One by one.

        Args:
            decisions: About frames in a row.
            captures: The same frames.
            now_s: The time, on the clock that they were captured with, seconds.
        """
        rows = zip(captures, decisions.decided, decisions.present, decisions.probabilities, strict=True)
        for capture, decided, present_K, probabilities_K in rows:
            if not decided:
                yield Decision(capture.frame, capture.time_s, None, False, (), (), (), {})
                continue
            present = tuple(name for name, is_there in zip(self._behaviours, present_K, strict=True) if is_there)
            started = tuple(name for name in present if name not in self._last)
            stopped = tuple(name for name in self._behaviours if name in self._last.difference(present))
            self._last = frozenset(present)
            probabilities = dict(zip(self._behaviours, probabilities_K.tolist(), strict=True))
            latency_ms = 1000 * (now_s - capture.captured_s)
            yield Decision(capture.frame, capture.time_s, latency_ms, True, present, started, stopped, probabilities)
