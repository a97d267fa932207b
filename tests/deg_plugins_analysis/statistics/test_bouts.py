from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deg_plugins_analysis.statistics.bouts import find_bouts


def marks(text: str) -> np.ndarray:
    return np.array([{"#": 1, ".": 0, " ": -1}[sign] for sign in text], dtype=np.int8)


def test_bouts_know_where_they_are_and_when_the_last_one_was() -> None:
    found = find_bouts(marks("..##...#."))
    assert found.spans.tolist() == [[2, 4], [7, 8]]
    assert found.lengths.tolist() == [2, 1]
    np.testing.assert_array_equal(found.since_previous, [np.nan, 3])
    assert not found.is_cut.any()


def test_bouts_at_the_edge_of_what_was_scored_are_cut() -> None:
    assert find_bouts(marks("#.#")).is_cut.tolist() == [True, True]
    assert find_bouts(marks("  #. .#  ")).is_cut.tolist() == [True, True]
    assert find_bouts(marks(".#.")).is_cut.tolist() == [False]


def test_an_interval_is_not_known_where_nobody_looked() -> None:
    np.testing.assert_array_equal(find_bouts(marks(".#. .#..#.")).since_previous, [np.nan, np.nan, 2])


def test_scored_time_begins_where_somebody_looked() -> None:
    found = find_bouts(marks("   .#."))
    assert (found.n_scored, found.first_scored) == (3, 3)
    assert find_bouts(marks("   ")).n_scored == 0


@given(st.lists(st.sampled_from([1, 0, -1]), max_size=40))
def test_lengths_and_intervals_fit_into_the_recording(values: list[int]) -> None:
    array = np.array(values, dtype=np.int8)
    found = find_bouts(array)
    assert found.lengths.sum() == (array == 1).sum()
    assert np.nansum(found.since_previous) <= (array == 0).sum()
    assert len(found.is_cut) == len(found.spans)
