"""Against plain definitions and scipy's matching, on random bouts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from deg_core.data.bouts import find_runs
from deg_core.evaluation.bout_matching import edit_distance, match_pairs, overlapping_pairs

tracks = arrays(np.bool_, 40)


def by_definition(one: NDArray[np.int64], other: NDArray[np.int64]) -> dict[tuple[int, int], float]:
    found = {}
    for i, (a, b) in enumerate(one.tolist()):
        for j, (c, d) in enumerate(other.tolist()):
            shared = set(range(a, b)) & set(range(c, d))
            if shared:
                found[i, j] = len(shared) / len(set(range(a, b)) | set(range(c, d)))
    return found


@given(tracks, tracks)
def test_pairs_are_those_that_share_frames(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> None:
    pairs, overlaps = overlapping_pairs(find_runs(one), find_runs(other))
    found = {(int(i), int(j)): overlap for (i, j), overlap in zip(pairs, overlaps.tolist(), strict=True)}
    assert found == pytest.approx(by_definition(find_runs(one), find_runs(other)))


@given(tracks, tracks, st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9]))
def test_as_many_bouts_are_paired_as_can_be(one: NDArray[np.bool_], other: NDArray[np.bool_], least: float) -> None:
    labelled, predicted = find_runs(one), find_runs(other)
    pairs, overlaps = overlapping_pairs(labelled, predicted)
    taken = pairs[match_pairs(pairs, overlaps, least)]
    assert len(set(taken[:, 0])) == len(set(taken[:, 1])) == len(taken)
    enough = pairs[overlaps >= least]
    if len(enough):
        shape = (len(labelled), len(predicted))
        graph = csr_array((np.ones(len(enough)), (enough[:, 0], enough[:, 1])), shape=shape)
        assert len(taken) == int((maximum_bipartite_matching(graph) >= 0).sum())
    else:
        assert not len(taken)


def plain_distance(one: list[int], other: list[int]) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one):
        before, row[0] = row[0], i + 1
        for j, b in enumerate(other):
            before, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, before + (a != b))
    return row[-1]


symbols = st.lists(st.integers(0, 3), max_size=90)


@given(symbols, symbols)
def test_edits_are_those_of_the_plain_table(one: list[int], other: list[int]) -> None:
    assert edit_distance(one, other) == plain_distance(one, other)
