"""How far two ways to tell frames apart agree.

Axes: F frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics


def partition_scores(truth_F: NDArray[np.int64], found_F: NDArray[np.int64]) -> dict[str, float | None]:
    """Compare two partitions of frames, whatever their parts are called.

    Args:
        truth_F: What people see, a number for each combination of behaviours.
        found_F: What was found.

    Returns:
        Adjusted Rand index and adjusted mutual information (0 by chance, 1 where they are the same), and V-measure with
        its parts homogeneity and completeness (0..1, not adjusted: more clusters are more homogeneous by chance).
        None without frames.
    """
    names = ("adjusted_rand", "adjusted_mutual_information", "v_measure", "homogeneity", "completeness")
    if not len(truth_F):
        return dict.fromkeys(names)
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(truth_F, found_F)
    values = (
        metrics.adjusted_rand_score(truth_F, found_F),
        metrics.adjusted_mutual_info_score(truth_F, found_F),
        v_measure,
        homogeneity,
        completeness,
    )
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def f1_scores(marks_FK: NDArray[np.int8], present_FK: NDArray[np.bool_]) -> list[float | None]:
    """F1 of each behaviour over the frames labelled for it; None where it is neither present nor said to be."""
    scores: list[float | None] = []
    for marks, present in zip(marks_FK.T, present_FK.T, strict=True):
        known = marks != -1
        hits = int((present & (marks == 1)).sum())
        total = int((marks == 1).sum()) + int(present[known].sum())
        scores.append(2 * hits / total if total else None)
    return scores


def combinations(present_FK: NDArray[np.bool_]) -> NDArray[np.int64]:
    """A number for each combination of behaviours, the same for the same; shape (F,)."""
    if not present_FK.size:
        return np.zeros(len(present_FK), np.int64)
    return np.unique(present_FK, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
