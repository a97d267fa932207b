from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from deg_core.data.bouts import drop_short_bouts, find_runs
from deg_core.data.ethogram import Ethogram

tables = arrays(np.bool_, st.tuples(st.integers(0, 40), st.just(3)))
columns = arrays(np.bool_, st.integers(0, 40))


@given(columns)
def test_runs_hold_exactly_what_is_true(present: NDArray[np.bool_]) -> None:
    painted = np.zeros_like(present)
    for start, stop in find_runs(present):
        assert stop > start
        painted[start:stop] = True
    assert np.array_equal(painted, present)


@given(columns)
def test_runs_are_apart_and_in_order_of_time(present: NDArray[np.bool_]) -> None:
    runs = find_runs(present)
    assert runs.dtype == np.int64
    assert runs.shape[1] == 2
    assert (runs[1:, 0] > runs[:-1, 1]).all()  # touching runs would be one


@given(tables, st.integers(1, 6))
def test_dropping_short_bouts_keeps_whole_bouts_and_no_others(present: NDArray[np.bool_], least: int) -> None:
    once = drop_short_bouts(present, least)
    names = ("a", "b", "c")
    before = Ethogram(present, names, 30.0).bouts()
    assert Ethogram(once, names, 30.0).bouts() == [bout for bout in before if bout.stop - bout.start >= least]
    assert np.array_equal(drop_short_bouts(once, least), once)


def test_dropping_short_bouts_leaves_its_argument_alone() -> None:
    present = np.array([[True], [False]])
    assert not drop_short_bouts(present, 2).any()
    assert present[0, 0]
