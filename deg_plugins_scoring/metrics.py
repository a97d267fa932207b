"""Scores of predictions, each per behaviour, and overall as the mean over behaviours for which it is defined.

Only frames with a label of a behaviour count for it. Undefined is NaN, never 0 or 1:

| score             | undefined where                                                        |
|-------------------|------------------------------------------------------------------------|
| accuracy          | nothing is labelled                                                    |
| precision         | the behaviour never happens, or is never predicted                     |
| recall            | the behaviour never happens                                            |
| specificity       | the behaviour always happens                                           |
| informedness      | the behaviour never happens, or always                                 |
| f1, f2            | the behaviour never happens; 0 where it happens and is never predicted |
| auroc             | the behaviour never happens, or always                                 |
| average-precision | the behaviour never happens, or always                                 |
| kappa             | labels and decisions are one and the same value throughout             |
| brier             | nothing is labelled                                                    |
| calibration-error | nothing is labelled                                                    |

Axes: T frames, F labelled frames of one behaviour, K behaviours.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from deg_core.api import UNLABELLED, Score

Probabilities = NDArray[np.float32]
Present = NDArray[np.bool_]
Marks = NDArray[np.int8]
CALIBRATION_BINS = 10
"""Of equal width, from 0 to 1."""
ScoreOne = Callable[[Probabilities, Present, Present], float]
"""Scores one behaviour from the probabilities, decisions and truth of its labelled frames, each (F,)."""


def accuracy(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Share of frames decided rightly."""
    return _score(_accuracy, probabilities, present, labels)


def f1(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Harmonic mean of precision and recall."""
    return _score(_f1, probabilities, present, labels)


def f2(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """F score in which recall counts twice as much as precision."""
    return _score(_f2, probabilities, present, labels)


def precision(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Share of the predicted frames in which the behaviour happens."""
    return _score(_precision, probabilities, present, labels)


def recall(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Share of the frames in which the behaviour happens that are predicted."""
    return _score(_recall, probabilities, present, labels)


def specificity(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Share of the frames in which the behaviour does not happen that are left alone."""
    return _score(_specificity, probabilities, present, labels)


def informedness(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Recall and specificity together, less 1: 0 for any guess that does not look, 1 at best."""
    return _score(_informedness, probabilities, present, labels)


def auroc(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Area under the receiver operating characteristic, whatever the threshold."""
    return _score(_auroc, probabilities, present, labels)


def average_precision(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Precision at every probability that occurs, weighted by the recall it adds, whatever the threshold."""
    return _score(_average_precision, probabilities, present, labels)


def kappa(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Agreement beyond what the two base rates bring by themselves (Cohen 1960): 0 by chance, 1 at best."""
    return _score(_kappa, probabilities, present, labels)


def brier(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """Mean squared difference between probability and truth (Brier 1950); 0 at best."""
    return _score(_brier, probabilities, present, labels)


def calibration_error(probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    """How far probabilities are from how often they come true, mean over frames (expected calibration error).

    In bins of a tenth, as Guo et al. (2017), "On calibration of modern neural networks".
    """
    return _score(_calibration_error, probabilities, present, labels)


def _score(one: ScoreOne, probabilities: Probabilities, present: Present, labels: Marks) -> Score:
    scores = []
    for column in range(labels.shape[1]):
        known = labels[:, column] != UNLABELLED
        truth = labels[known, column] == 1
        scores.append(one(probabilities[known, column], present[known, column], truth) if len(truth) else math.nan)
    defined = [score for score in scores if not math.isnan(score)]
    return Score(sum(defined) / len(defined) if defined else math.nan, tuple(scores))


def _accuracy(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    return float((present == truth).mean())


def _f1(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    return _f_score(1, present, truth)


def _f2(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    return _f_score(2, present, truth)


def _f_score(beta: int, present: Present, truth: Present) -> float:
    hits, weight = float((present & truth).sum()), beta**2
    return (1 + weight) * hits / int(present.sum() + weight * truth.sum()) if truth.any() else math.nan


def _precision(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    return float(truth[present].mean()) if truth.any() and present.any() else math.nan


def _recall(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    return float(present[truth].mean()) if truth.any() else math.nan


def _specificity(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    return float(1 - present[~truth].mean()) if not truth.all() else math.nan


def _informedness(probabilities: Probabilities, present: Present, truth: Present) -> float:
    return _recall(probabilities, present, truth) + _specificity(probabilities, present, truth) - 1


def _auroc(probabilities: Probabilities, _present: Present, truth: Present) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, probabilities)) if truth.any() and not truth.all() else math.nan


def _average_precision(probabilities: Probabilities, _present: Present, truth: Present) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, probabilities)) if truth.any() and not truth.all() else math.nan


def _kappa(_probabilities: Probabilities, present: Present, truth: Present) -> float:
    said, true = float(present.mean()), float(truth.mean())
    by_chance = said * true + (1 - said) * (1 - true)
    return (float((present == truth).mean()) - by_chance) / (1 - by_chance) if by_chance < 1 else math.nan


def _brier(probabilities: Probabilities, _present: Present, truth: Present) -> float:
    return float(np.mean((probabilities.astype(np.float64) - truth) ** 2))


def _calibration_error(probabilities: Probabilities, _present: Present, truth: Present) -> float:
    bins = np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    # In each bin, the sum of probabilities less that of truths is frames times the gap.
    gaps = np.bincount(bins, probabilities.astype(np.float64) - truth, CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(truth))
