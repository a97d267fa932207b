"""How long decisions took, from the moment a frame came: exact to a millisecond, in memory that does not grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_MOST_MS = 60_000
"""Whatever is longer is counted as this long, and shown in the maximum as it is."""


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """Milliseconds; NaN before there are any.

    Attributes:
        median: Half of all decisions were faster.
        most: 95 % were faster.
        maximum: The slowest.
        n_late: Decisions that took longer than the bound.
    """

    median: float
    most: float
    maximum: float
    n_late: int


class Latency:
    """A histogram.

    Args:
        bound_ms: What should not be exceeded.
    """

    def __init__(self, bound_ms: float) -> None:
        self.bound_ms = bound_ms
        self._counts = np.zeros(_MOST_MS + 1, dtype=np.int64)
        self._maximum, self._n_late = float("nan"), 0

    def add(self, milliseconds: float) -> None:
        """Count one decision."""
        self._counts[min(_MOST_MS, max(0, round(milliseconds)))] += 1
        self._maximum = float(np.fmax(self._maximum, milliseconds))
        self._n_late += milliseconds > self.bound_ms

    def figures(self) -> LatencyFigures:
        """As of now."""
        return LatencyFigures(self._at(0.5), self._at(0.95), self._maximum, int(self._n_late))

    def _at(self, share: float) -> float:
        total = int(self._counts.sum())
        if not total:
            return float("nan")
        return float(np.searchsorted(np.cumsum(self._counts), share * total))
