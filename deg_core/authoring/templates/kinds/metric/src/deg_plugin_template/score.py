"""Balanced accuracy.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
from deg_core.api import Score
from numpy.typing import NDArray


def score_balanced(probabilities: NDArray[np.float32], present: NDArray[np.bool_], labels: NDArray[np.int8]) -> Score:
    """Score.

    Args:
        probabilities: 0..1; shape (T, K). Not looked at.
        present: What was decided; shape (T, K).
        labels: 1, 0, or -1 where not labelled; shape (T, K).

    Returns:
        Mean of recall and specificity, NaN where one of them is undefined; overall the mean of those defined.
    """
    scores = tuple(_balanced(present[:, k], labels[:, k]) for k in range(labels.shape[1]))
    defined = [score for score in scores if not np.isnan(score)]
    return Score(float(np.mean(defined)) if defined else float("nan"), scores)


def _balanced(present: NDArray[np.bool_], labels: NDArray[np.int8]) -> float:
    with_it, without = present[labels == 1], present[labels == 0]
    if not len(with_it) or not len(without):
        return float("nan")
    return float((with_it.mean() + 1 - without.mean()) / 2)
