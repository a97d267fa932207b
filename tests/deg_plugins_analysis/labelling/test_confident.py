from __future__ import annotations

import math

import numpy as np
import pytest

from deg_plugins_analysis.labelling.confident import Confidence, class_confidence, doubtful, find_doubts


def test_confidence_is_the_mean_of_each_class() -> None:
    probabilities = np.array([0.9, 0.7, 0.2, 0.4, 0.99], dtype=np.float32)
    found = class_confidence(probabilities, np.array([1, 1, 0, 0, -1], dtype=np.int8))
    assert (found.present, found.absent) == pytest.approx((0.8, 0.7))


def test_a_label_is_in_doubt_where_the_other_class_is_as_sure_as_usual() -> None:
    probabilities = np.array([0.85, 0.75, 0.25, 0.35, 0.95], dtype=np.float32)
    marks = np.array([0, 0, 1, 1, -1], dtype=np.int8)
    strength = doubtful(probabilities, marks, Confidence(0.8, 0.7))
    assert strength == pytest.approx([0.7, 0, 0.5, 0, 0])


def test_an_unsure_class_does_not_put_half_of_all_labels_in_doubt() -> None:
    """The mean of a rare behaviour may be 0.1; a probability of 0.2 is still no contradiction."""
    strength = doubtful(np.array([0.2, 0.6], dtype=np.float32), np.zeros(2, dtype=np.int8), Confidence(0.1, 0.9))
    assert strength == pytest.approx([0, 0.2])


def test_a_behaviour_that_nobody_labelled_puts_nothing_in_doubt() -> None:
    marks = np.zeros(4, dtype=np.int8)
    probabilities = np.full(4, 0.99, dtype=np.float32)
    confidence = class_confidence(probabilities, marks)
    assert math.isnan(confidence.present)
    assert not doubtful(probabilities, marks, confidence).any()


def test_planted_mistakes_are_found_before_others() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(200) % 2, rng.integers(10, 40, 200))[:4000].astype(np.int8)
    noise = rng.normal(0, 1, 4000)
    probabilities = (1 / (1 + np.exp(-(4.0 * truth - 2 + noise)))).astype(np.float32)
    marks = truth.copy()
    planted = [(300, 330), (1000, 1040), (2500, 2520), (3500, 3530)]
    for start, stop in planted:
        marks[start:stop] = 1 - truth[start:stop]
    doubts = find_doubts(probabilities, marks, class_confidence(probabilities, marks), 3)
    wrong = np.zeros(4000, dtype=bool)
    for doubt in doubts[:8]:
        wrong[doubt.start : doubt.stop] = True
    assert (wrong == (marks != truth))[wrong].mean() > 0.9
    assert all(wrong[start:stop].any() for start, stop in planted)


def test_runs_hold_one_label_and_the_strongest_comes_first() -> None:
    probabilities = np.array([0.9] * 5 + [0.1] * 10 + [0.5] * 5, dtype=np.float32)
    marks = np.array([0] * 5 + [1] * 10 + [0] * 5, dtype=np.int8)
    doubts = find_doubts(probabilities, marks, Confidence(0.8, 0.8), 5)
    assert [(each.start, each.stop, each.labelled) for each in doubts] == [(5, 15, True), (0, 5, False)]
    assert doubts[0].doubt == pytest.approx(8)
    assert find_doubts(probabilities, marks, Confidence(0.8, 0.8), 6) == doubts[:1]
