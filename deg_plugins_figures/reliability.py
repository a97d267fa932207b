"""How often probabilities come true.

Axes: T frames, K behaviours, B bins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_figures.scored import ScoredFrames

N_BINS = 10


@dataclass(frozen=True, slots=True)
class Reliability:
    """Probabilities of one behaviour, in bins of a tenth.

    Attributes:
        behaviour: Which behaviour.
        n_frames: Labelled frames in each bin; shape (B,).
        probability: Their mean probability, NaN where there are none; shape (B,).
        share: Share of them in which the behaviour is labelled present; shape (B,).
        error: Mean distance of the two over frames (expected calibration error); NaN where nothing is labelled.
    """

    behaviour: str
    n_frames: NDArray[np.int64]
    probability: NDArray[np.float64]
    share: NDArray[np.float64]
    error: float


def reliability(frames: ScoredFrames) -> list[Reliability]:
    """Of every behaviour."""
    found = []
    for column, behaviour in enumerate(frames.behaviours):
        known = frames.marks[:, column] >= 0
        probabilities, truth = frames.probabilities[known, column], frames.marks[known, column] == 1
        bins = np.minimum((probabilities * N_BINS).astype(np.int64), N_BINS - 1)
        n_frames = np.bincount(bins, minlength=N_BINS)
        divisor = np.where(n_frames > 0, n_frames, math.nan)
        mean = np.bincount(bins, probabilities, N_BINS) / divisor
        share = np.bincount(bins, truth, N_BINS) / divisor
        total = int(n_frames.sum())
        error = float(np.nansum(np.abs(mean - share) * n_frames) / total) if total else math.nan
        found.append(Reliability(behaviour, n_frames.astype(np.int64), mean, share, error))
    return found
