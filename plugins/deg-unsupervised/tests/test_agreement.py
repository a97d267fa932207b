from __future__ import annotations

import numpy as np
import pytest

from deg_unsupervised.agreement import combinations, f1_scores, partition_scores

TRUTH = np.repeat([0, 1, 2], 40)


def test_the_same_partition_agrees_whatever_its_parts_are_called() -> None:
    scores = partition_scores(TRUTH, np.array([2, 0, 1])[TRUTH])
    assert set(scores) == {
        "adjusted_rand",
        "adjusted_mutual_information",
        "v_measure",
        "homogeneity",
        "completeness",
    }
    assert all(value == pytest.approx(1) for value in scores.values())


def test_chance_gives_0_where_scores_are_adjusted_for_it() -> None:
    found = np.random.default_rng(0).permutation(np.repeat(np.arange(12), 10))
    scores = partition_scores(TRUTH, found)
    assert abs(scores["adjusted_rand"]) < 0.05
    assert abs(scores["adjusted_mutual_information"]) < 0.05
    assert scores["v_measure"] > 0.05


def test_finer_clusters_are_homogeneous_and_not_complete() -> None:
    scores = partition_scores(TRUTH, 2 * TRUTH + np.arange(120) % 2)
    assert scores["homogeneity"] == pytest.approx(1)
    assert scores["completeness"] < 0.7


def test_without_frames_nothing_is_defined() -> None:
    assert set(partition_scores(np.empty(0, int), np.empty(0, int)).values()) == {None}


def test_f1_counts_frames_labelled_for_the_behaviour_alone() -> None:
    marks = np.array([[1, 0, 0], [1, 0, 0], [0, 0, -1], [-1, 0, -1]], np.int8)
    present = np.array([[1, 0, 0], [0, 0, 0], [1, 0, 1], [1, 0, 1]], bool)
    assert f1_scores(marks, present) == [pytest.approx(0.5), None, None]
    assert f1_scores(marks, ~present)[1] == 0


def test_combinations_of_behaviours_are_told_apart() -> None:
    present = np.array([[0, 0], [1, 0], [1, 1], [0, 0], [1, 1]], bool)
    numbers = combinations(present)
    assert numbers[0] == numbers[3]
    assert numbers[2] == numbers[4]
    assert len(set(numbers.tolist())) == 3
    assert combinations(np.empty((0, 2), bool)).shape == (0,)
