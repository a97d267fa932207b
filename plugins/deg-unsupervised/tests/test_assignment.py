from __future__ import annotations

import numpy as np
import pytest

from deg_unsupervised.assignment import NONE, assign_behaviours, count_overlap, to_present

CLUSTERS = np.array([0, 0, 0, 1, 1, 2, 2, 2], np.int16)
MARKS = np.array([[1, 0], [1, 1], [0, 0], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, 0]], np.int8)


def test_labels_are_counted_in_each_cluster_and_frames_in_which_nothing_happens() -> None:
    assert count_overlap(CLUSTERS, MARKS, 4).tolist() == [[2, 1, 1], [0, 2, 0], [0, 0, 1], [0, 0, 0]]


def test_a_majority_may_give_several_clusters_to_one_behaviour_and_none_where_nothing_happens() -> None:
    overlap = np.array([[5, 4, 1], [9, 0, 2], [0, 3, 8], [0, 0, 0]])
    assert assign_behaviours(overlap, "majority").tolist() == [0, 0, NONE, NONE]


def test_one_to_one_gives_each_behaviour_the_cluster_with_which_all_together_share_most() -> None:
    overlap = np.array([[5, 4, 1], [9, 0, 2], [0, 3, 8], [0, 0, 0]])
    assert assign_behaviours(overlap, "one-to-one").tolist() == [1, 0, NONE, NONE]


def test_one_to_one_gives_no_behaviour_a_cluster_that_it_never_happens_in() -> None:
    assert assign_behaviours(np.array([[0, 0, 3], [0, 0, 4], [0, 0, 5]]), "one-to-one").tolist() == [NONE] * 3


@pytest.mark.parametrize("manner", ["majority", "one-to-one"])
def test_fewer_clusters_than_behaviours_leave_some_without(manner: str) -> None:
    assert assign_behaviours(np.array([[1, 7, 2]]), manner).tolist() == [1]  # type: ignore[arg-type]


def test_what_clusters_stand_for_is_present() -> None:
    present = to_present(np.array([0, 1, 2, 1], np.int16), np.array([1, NONE, 0]), 2)
    assert present.tolist() == [[False, True], [False, False], [True, False], [False, False]]
