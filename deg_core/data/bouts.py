"""Bouts: unbroken runs of one behaviour.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bout:
    """One unbroken run of a behaviour, frames `start` up to, not including, `stop`."""

    behaviour: str
    start: int
    stop: int


def find_runs(present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find the runs of True.

    Args:
        present: True where something happens; shape (T,).

    Returns:
        First frame of each run and the first frame after it; shape (n, 2), in order of time.
    """
    edges = np.diff(present.astype(np.int8), prepend=0, append=0)
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1).astype(np.int64)


def drop_short_bouts(present: NDArray[np.bool_], min_bout_frames: int) -> NDArray[np.bool_]:
    """Drop bouts shorter than `min_bout_frames`.

    Args:
        present: True where a behaviour is present; shape (T, K).
        min_bout_frames: Frames that a bout must have to be kept. 1 keeps them all.

    Returns:
        A new array of the same shape.
    """
    kept: NDArray[np.bool_] = present.copy()
    for column in kept.T:
        for start, stop in find_runs(column):
            if stop - start < min_bout_frames:
                column[start:stop] = False
    return kept
