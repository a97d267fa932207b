"""Cohen's kappa: agreement beyond chance.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
from deg_core.api import Score
from numpy.typing import NDArray


def kappa_of(present: NDArray[np.bool_], labels: NDArray[np.int8]) -> float:
    present, labels = present[labels >= 0], labels[labels >= 0]
    if not len(labels):
        return float("nan")
    agreed = np.mean(present == labels)
    by_chance = present.mean() * labels.mean() + (1 - present.mean()) * (1 - labels.mean())
    return float((agreed - by_chance) / (1 - by_chance)) if by_chance < 1 else float("nan")


def score_kappa(probabilities: NDArray[np.float32], present: NDArray[np.bool_], labels: NDArray[np.int8]) -> Score:
    scores = tuple(kappa_of(present[:, k], labels[:, k]) for k in range(labels.shape[1]))
    defined = [score for score in scores if not np.isnan(score)]
    return Score(float(np.mean(defined)) if defined else float("nan"), scores)
