"""Scores, against scikit-learn and by the table of where they are undefined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as theirs

from deg_plugins_scoring import metrics
from deg_plugins_scoring.plugin import METRICS

PLUGINS = {plugin.name: plugin for plugin in METRICS}
SCORES = {name: getattr(metrics, name.replace("-", "_")) for name in PLUGINS}
NAN = math.nan


def expected_calibration_error(truth, present, probabilities):
    """Bin by bin, as the definition says."""
    total = 0.0
    for low in range(10):
        members = [i for i, p in enumerate(probabilities) if low / 10 <= p and (p < (low + 1) / 10 or low == 9)]
        if members:
            total += len(members) * abs(np.mean(truth[members]) - np.mean(probabilities[members]))
    return total / len(truth)


REFERENCES = {
    "accuracy": lambda truth, present, probabilities: theirs.accuracy_score(truth, present),
    "f1": lambda truth, present, probabilities: theirs.f1_score(truth, present, zero_division=0),
    "f2": lambda truth, present, probabilities: theirs.fbeta_score(truth, present, beta=2, zero_division=0),
    "specificity": lambda truth, present, probabilities: theirs.recall_score(~truth, ~present),
    "informedness": lambda truth, present, probabilities: theirs.balanced_accuracy_score(truth, present) * 2 - 1,
    "precision": lambda truth, present, probabilities: theirs.precision_score(truth, present),
    "recall": lambda truth, present, probabilities: theirs.recall_score(truth, present),
    "auroc": lambda truth, present, probabilities: theirs.roc_auc_score(truth, probabilities),
    "average-precision": lambda truth, present, probabilities: theirs.average_precision_score(truth, probabilities),
    "kappa": lambda truth, present, probabilities: theirs.cohen_kappa_score(truth, present),
    "brier": lambda truth, present, probabilities: theirs.brier_score_loss(truth, probabilities, pos_label=True),
    "calibration-error": expected_calibration_error,
}


def is_defined(name: str, truth: np.ndarray, present: np.ndarray) -> bool:
    """The table in `metrics`, in code."""
    if name in {"auroc", "average-precision", "informedness"}:
        return 0 < truth.sum() < len(truth)
    if name == "specificity":
        return not truth.all()
    if name == "precision":
        return bool(truth.any() and present.any())
    if name == "kappa":
        return len(truth) > 0 and len({*truth, *present}) == 2
    if name in {"accuracy", "brier", "calibration-error"}:
        return len(truth) > 0
    return bool(truth.any())


# Few values, so that probabilities are often the same.
shares = st.integers(0, 8).map(lambda eighths: eighths / 8)


@pytest.mark.parametrize("name", PLUGINS)
@given(
    probabilities=arrays(np.float32, (12, 3), elements=shares),
    labels=arrays(np.int8, (12, 3), elements=st.integers(-1, 1)),
)
def test_every_score_is_that_of_scikit_learn_or_undefined(name, probabilities, labels):
    present = probabilities >= 0.5
    score = SCORES[name](probabilities, present, labels)
    expected = []
    for column in range(3):
        known = labels[:, column] >= 0
        truth, decided = labels[known, column] == 1, present[known, column]
        defined = is_defined(name, truth, decided)
        expected.append(REFERENCES[name](truth, decided, probabilities[known, column]) if defined else NAN)
    assert score.per_behaviour == pytest.approx(expected, nan_ok=True)
    known = [each for each in expected if not math.isnan(each)]
    assert score.overall == pytest.approx(np.mean(known) if known else NAN, nan_ok=True)


SITUATIONS = {
    # labels of four frames, what is decided
    "nothing is labelled": ([-1, -1, -1, -1], [1, 0, 0, 1]),
    "never happens, never predicted": ([0, 0, 0, 0], [0, 0, 0, 0]),
    "never happens, once predicted": ([0, 0, 0, 0], [1, 0, 0, 0]),
    "always happens, always predicted": ([1, 1, 1, 1], [1, 1, 1, 1]),
    "always happens, never predicted": ([1, 1, 1, 1], [0, 0, 0, 0]),
    "happens, never predicted": ([1, 1, 0, 0], [0, 0, 0, 0]),
    "happens, predicted elsewhere": ([1, 1, 0, 0], [0, 0, 1, 1]),
    "happens, predicted where nobody looked": ([1, 0, -1, -1], [0, 0, 1, 1]),
    "happens where nobody looked": ([0, 0, -1, -1], [1, 0, 1, 1]),
}
TABLE = {
    "accuracy": [NAN, 1.0, 0.75, 1.0, 0.0, 0.5, 0.0, 0.5, 0.5],
    "precision": [NAN, NAN, NAN, 1.0, NAN, NAN, 0.0, NAN, NAN],
    "recall": [NAN, NAN, NAN, 1.0, 0.0, 0.0, 0.0, 0.0, NAN],
    "f1": [NAN, NAN, NAN, 1.0, 0.0, 0.0, 0.0, 0.0, NAN],
    # The probabilities fall from frame to frame: the first are the likeliest.
    "auroc": [NAN, NAN, NAN, NAN, NAN, 1.0, 1.0, 1.0, NAN],
    "average-precision": [NAN, NAN, NAN, NAN, NAN, 1.0, 1.0, 1.0, NAN],
    "kappa": [NAN, NAN, 0.0, NAN, 0.0, 0.0, -1.0, 0.0, 0.0],
    "brier": [NAN, 0.335, 0.335, 0.335, 0.335, 0.085, 0.085, 0.185, 0.585],
    "calibration-error": [NAN, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.35, 0.75],
}


def score_of(name: str, situation: str) -> metrics.Score:
    labels, present = (np.array(column)[:, None] for column in SITUATIONS[situation])
    probabilities = np.array([[0.9], [0.6], [0.4], [0.1]], dtype=np.float32)
    return SCORES[name](probabilities, present.astype(bool), labels.astype(np.int8))


@pytest.mark.parametrize(
    ("name", "situation", "expected"),
    [
        (name, situation, value)
        for name, values in TABLE.items()
        for situation, value in zip(SITUATIONS, values, strict=True)
    ],
)
def test_a_score_is_undefined_where_the_table_says_and_nowhere_else(name, situation, expected):
    score = score_of(name, situation)
    assert score.per_behaviour == pytest.approx((expected,), nan_ok=True)
    assert score.overall == pytest.approx(expected, nan_ok=True)


def test_the_table_in_the_module_names_every_score():
    rows = [line.split("|")[1] for line in (metrics.__doc__ or "").splitlines() if line.startswith("|")]
    names = [name.strip() for row in rows[2:] for name in row.split(",")]
    assert sorted(names) == sorted(PLUGINS)


def test_the_overall_score_is_the_mean_over_the_behaviours_that_have_one():
    labels = np.array([[1, 0, -1], [0, 0, -1], [1, 0, -1]], dtype=np.int8)
    present = np.array([[1, 1, 1], [0, 0, 0], [0, 0, 1]], dtype=bool)
    score = metrics.recall(present.astype(np.float32), present, labels)
    assert score.per_behaviour == pytest.approx((0.5, NAN, NAN), nan_ok=True)
    assert score.overall == 0.5


def test_decisions_and_not_probabilities_are_counted():
    probabilities = np.array([[0.9], [0.1]], dtype=np.float32)
    labels, turned = np.array([[1], [0]], dtype=np.int8), np.array([[False], [True]])
    assert metrics.accuracy(probabilities, turned, labels).overall == 0
    assert metrics.auroc(probabilities, turned, labels).overall == 1


def test_a_rater_pair_that_swaps_places_has_the_same_kappa():
    rng = np.random.default_rng(0)
    one, other = rng.random((50, 2)) < 0.3, rng.random((50, 2)) < 0.6
    first = metrics.kappa(one.astype(np.float32), one, other.astype(np.int8))
    assert first.per_behaviour == pytest.approx(
        metrics.kappa(other.astype(np.float32), other, one.astype(np.int8)).per_behaviour
    )
    # Presence and absence may swap as well.
    assert first.per_behaviour == pytest.approx(
        metrics.kappa(one.astype(np.float32), ~one, (~other).astype(np.int8)).per_behaviour
    )


def test_probabilities_that_come_true_as_often_as_they_say_have_no_calibration_error():
    probabilities = np.repeat([0.25, 0.75], 400)[:, None].astype(np.float32)
    labels = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])[:, None].astype(np.int8)
    assert metrics.calibration_error(probabilities, probabilities > 0.5, labels).overall == pytest.approx(0)
    assert metrics.brier(probabilities, probabilities > 0.5, labels).overall == pytest.approx(0.1875)
