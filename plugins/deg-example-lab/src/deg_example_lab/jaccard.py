"""The Jaccard index: frames that both found, of those that either did.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
from deg_core.api import Score
from numpy.typing import NDArray


def jaccard_of(present: NDArray[np.bool_], labels: NDArray[np.int8]) -> float:
    present, labelled = present[labels >= 0], labels[labels >= 0] == 1
    either = (present | labelled).sum()
    return float((present & labelled).sum() / either) if either else float("nan")


def score_jaccard(probabilities: NDArray[np.float32], present: NDArray[np.bool_], labels: NDArray[np.int8]) -> Score:
    scores = tuple(jaccard_of(present[:, k], labels[:, k]) for k in range(labels.shape[1]))
    defined = [score for score in scores if not np.isnan(score)]
    return Score(float(np.mean(defined)) if defined else float("nan"), scores)
