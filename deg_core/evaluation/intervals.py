"""How far a score can be trusted: its spread when recordings are drawn anew (bootstrap).

Frames are never drawn by themselves: neighbours are alike, so intervals over frames would be far too narrow.

Axes: T frames, U units, B resamples, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Unit = Literal["recordings", "blocks of one recording"]

_BLOCKS = 20
_MOST_FRAMES = 50_000
"""Longer data are thinned evenly for resampling: neighbouring frames say the same, and scores are sorted each time."""
_LEVEL = 0.95


def units_of(recordings: Sequence[str]) -> tuple[NDArray[np.int64], Unit]:
    """What is drawn as a whole: a recording; where there is one alone, a block of it, which flatters.

    Args:
        recordings: Which recording each frame is of; shape (T,), in order of time within each.

    Returns:
        The unit of each frame, from 0, shape (T,), and what it is.
    """
    _, of_recording = np.unique(np.asarray(recordings), return_inverse=True)
    if of_recording.size and of_recording.max() > 0:
        return of_recording.astype(np.int64), "recordings"
    return np.arange(len(recordings)) * _BLOCKS // max(len(recordings), 1), "blocks of one recording"


def draw_units(n_units: int, n_resamples: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw units with replacement, as many as there are; shape (B, U), sorted in each row: the order plays no part."""
    return np.sort(rng.integers(n_units, size=(n_resamples, n_units)), axis=1)


def thinned_frames(units: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Frames of each unit, all or every n-th."""
    step = -(-len(units) // _MOST_FRAMES) or 1
    return [np.flatnonzero(units == unit)[::step] for unit in range(int(units.max(initial=-1)) + 1)]


def interval_of(values: NDArray[np.float64]) -> Interval | None:
    """The middle 95 % of resampled scores; None where fewer than half of the resamples have one.

    Args:
        values: shape (B,); NaN where undefined.
    """
    known = values[np.isfinite(values)]
    if not len(known) or len(known) < len(values) / 2:
        return None
    low, high = np.quantile(known, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)
