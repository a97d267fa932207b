"""Chooses the stretches of video whose labels would help most.

Axes: T frames, K behaviours, D latents, N stretches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a recording that somebody could label.

    Attributes:
        recording: Its name.
        start: First frame.
        stop: First frame after it.
        uncertainty: Mean over its frames of how little the model knows, rare behaviours weighing more; 0..1.
        of_behaviour: The same of each behaviour, unweighted; shape (K,), 0..1.
        expected: Frames of each behaviour that the model expects in it; shape (K,).
        place: Mean latents of its frames; shape (D,).
    """

    recording: str
    start: int
    stop: int
    uncertainty: float
    of_behaviour: NDArray[np.float64]
    expected: NDArray[np.float64]
    place: NDArray[np.float64]


def uncertainty_of(probabilities: NDArray[np.float32], thresholds: NDArray[np.float32]) -> NDArray[np.float64]:
    """How little the model knows: entropy in bits, at its highest where it decides between yes and no.

    Probabilities of rare behaviours hardly come near 0.5, and thresholds lie where they do; so log-odds are taken from
    the threshold.

    Args:
        probabilities: 0..1; shape (T, K).
        thresholds: Least probability that counts as present; NaN, 0 and 1 count as 0.5; shape (K,).

    Returns:
        0..1; shape (T, K).
    """
    usable = np.where((thresholds > 0) & (thresholds < 1), thresholds, 0.5)
    moved = 1 / (1 + np.exp(-(_log_odds(probabilities) - _log_odds(usable))))
    kept = np.clip(moved, 1e-12, 1 - 1e-12)
    bits: NDArray[np.float64] = -(kept * np.log2(kept) + (1 - kept) * np.log2(1 - kept))
    return bits


def _log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    kept = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.log(kept) - np.log1p(-kept)


def rarity_weights(present: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much each behaviour counts: by one over the root of its labelled frames, all together 1; shape (K,)."""
    weights = 1 / np.sqrt(np.maximum(present, 1))
    return weights / weights.sum()


def cut_stretches(
    recording: str,
    unknown: NDArray[np.bool_],
    uncertainty: NDArray[np.float64],
    probabilities: NDArray[np.float32],
    latents: NDArray[np.float32],
    weights: NDArray[np.float64],
    n_frames: int,
) -> list[Stretch]:
    """Cut a recording into stretches of one length, of which at least half is not labelled.

    Args:
        recording: Its name.
        unknown: Frames in which some behaviour has no label; shape (T,).
        uncertainty: From `uncertainty_of`; shape (T, K).
        probabilities: 0..1; shape (T, K).
        latents: shape (T, D).
        weights: From `rarity_weights`; shape (K,).
        n_frames: Length of a stretch; the last of a recording may be shorter, but not by more than half.
    """
    found = []
    for start in range(0, len(unknown), n_frames):
        stop = min(start + n_frames, len(unknown))
        if (stop - start < n_frames / 2 and start > 0) or unknown[start:stop].mean() < 0.5:
            continue
        of_behaviour = uncertainty[start:stop].mean(axis=0)
        expected = probabilities[start:stop].sum(axis=0, dtype=np.float64)
        place = latents[start:stop].mean(axis=0, dtype=np.float64)
        value = float(of_behaviour @ weights)
        found.append(Stretch(recording, start, stop, value, of_behaviour, expected, place))
    return found


def choose(stretches: Sequence[Stretch], n: int, diversity: float) -> list[int]:
    """Choose stretches one after the other: uncertain ones that are unlike those chosen already.

    The worth of a stretch is its uncertainty times (distance to the nearest chosen one, as part of the largest there
    is) ** diversity. Distances are between mean latents, each scaled to unit spread.

    Args:
        stretches: To choose from.
        n: How many; all, where there are fewer.
        diversity: 0 looks at uncertainty alone.

    Returns:
        Places in `stretches`, the first the most useful.
    """
    if not stretches:
        return []
    values = np.array([stretch.uncertainty for stretch in stretches])
    places = np.stack([stretch.place for stretch in stretches])
    places = (places - places.mean(axis=0)) / np.maximum(places.std(axis=0), 1e-9) / math.sqrt(places.shape[1])
    nearest = np.full(len(stretches), np.inf)
    chosen: list[int] = []
    free = np.ones(len(stretches), dtype=bool)
    while len(chosen) < min(n, len(stretches)):
        apart = np.ones(len(stretches)) if not chosen else nearest / max(float(nearest[free].max()), 1e-12)
        worth = np.where(free, values * apart**diversity, -np.inf)
        best = int(np.argmax(worth))
        chosen.append(best)
        free[best] = False
        nearest = np.minimum(nearest, np.linalg.norm(places - places[best], axis=1))
    return chosen
