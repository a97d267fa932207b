"""Scores agree with those of the published system, at 200 thresholds and at its own choice of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from parity import Parity

from deg_core.api import Score
from deg_plugins_scoring import metrics

Arrays = Mapping[str, NDArray[Any]]
FILES = ["metrics", "rules/thresholds"]

PAIRS = {
    "accuracy": metrics.accuracy,
    "f1": metrics.f1,
    "fbeta_2": metrics.f2,
    "precision": metrics.precision,
    "recall": metrics.recall,
    "tpr": metrics.recall,
    "informedness": metrics.informedness,
}


@pytest.fixture(params=FILES)
def expected(parity: Parity, request: pytest.FixtureRequest) -> Arrays:
    return parity.expected(request.param)


def score(metric: Any, expected: Arrays, present: NDArray[np.bool_]) -> Score:
    return metric(expected["probabilities"], present, expected["labels"])


def agree(found: NDArray[np.float64], theirs: NDArray[np.float32]) -> None:
    """Where ours is defined; the published system puts a number where nothing can be said."""
    known = np.isfinite(found)
    np.testing.assert_allclose(found[known], theirs[known], atol=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_scores_agree_at_every_threshold(expected: Arrays, name: str) -> None:
    found = [
        score(PAIRS[name], expected, expected["probabilities"] > threshold).per_behaviour
        for threshold in expected["by_threshold_thresholds"]
    ]
    assert np.isfinite(found).mean() > 0.65
    agree(np.array(found), expected[f"by_threshold_{name}"])


def test_specificity_is_what_is_not_a_false_alarm(expected: Arrays) -> None:
    for row, threshold in enumerate(expected["by_threshold_thresholds"][::20]):
        found = score(metrics.specificity, expected, expected["probabilities"] > threshold).per_behaviour
        agree(np.array(found), 1 - expected["by_threshold_fpr"][20 * row])


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_what_cannot_be_said_is_undefined_where_theirs_is_0(expected: Arrays, name: str) -> None:
    happens = (expected["labels"] == 1).any(axis=0)
    for row, threshold in enumerate(expected["by_threshold_thresholds"]):
        present = expected["probabilities"] > threshold
        undefined = np.isnan(score(PAIRS[name], expected, present).per_behaviour)
        claimed = (present & (expected["labels"] >= 0)).any(axis=0)
        assert np.array_equal(undefined, ~happens | (~claimed if name == "precision" else False))
        assert not expected[f"by_threshold_{name}"][row][undefined].any()


def decided_with_background(expected: Arrays) -> NDArray[np.bool_]:
    present = expected["probabilities"] > expected["by_threshold_optimum"]
    present[:, 0] = ~present[:, 1:].any(axis=1)
    return present


def test_scores_of_the_published_choice_agree(expected: Arrays) -> None:
    present = decided_with_background(expected)
    accuracy, f1 = (score(metric, expected, present) for metric in (metrics.accuracy, metrics.f1))
    agree(np.array(accuracy.per_behaviour), expected["scalar_accuracy_by_class"])
    agree(np.array(accuracy.overall), expected["scalar_accuracy_overall"])  # every column has as many labels
    agree(np.array(f1.per_behaviour), expected["scalar_f1_by_class"])
    without_background = score_columns(metrics.f1, expected, present, slice(1, None))
    if not np.isnan(f1.per_behaviour).any():  # theirs counts a behaviour that never happens as 0
        agree(np.array(f1.overall), expected["scalar_f1_class_mean"])
        agree(np.array(without_background.overall), expected["scalar_f1_class_mean_nobg"])


def score_columns(metric: Any, expected: Arrays, present: NDArray[np.bool_], columns: slice) -> Score:
    return metric(expected["probabilities"][:, columns], present[:, columns], expected["labels"][:, columns])


def test_areas_under_curves_agree_as_far_as_200_thresholds_can_tell(parity: Parity) -> None:
    expected = parity.expected("metrics")
    nothing = np.zeros(expected["labels"].shape, dtype=bool)
    auroc = score(metrics.auroc, expected, nothing)
    np.testing.assert_allclose(auroc.per_behaviour, expected["scalar_auroc_by_class"], atol=1e-4)
    np.testing.assert_allclose(auroc.overall, expected["scalar_auroc_class_mean"], atol=1e-4)
    precision_recall = score(metrics.average_precision, expected, nothing)
    np.testing.assert_allclose(precision_recall.per_behaviour, expected["scalar_mAP_by_class"], atol=8e-3)
