from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from deg_core.postprocess.decide import decide, decide_exclusive

probabilities = arrays(np.float32, st.tuples(st.integers(1, 30), st.just(3)), elements=st.floats(0, 1, width=32))


def test_the_threshold_itself_counts_as_present() -> None:
    present = decide(np.array([[0.4, 0.7]], dtype=np.float32), np.array([0.4, 0.71], dtype=np.float32))
    assert present.tolist() == [[True, False]]


@given(probabilities)
def test_exclusive_behaviours_happen_one_at_a_time(shares: NDArray[np.float32]) -> None:
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
    present = decide_exclusive(shares)
    assert (present.sum(axis=1) <= 1).all()
    for row, chosen in zip(shares, present, strict=True):
        if chosen.any():
            assert row[chosen][0] == row.max()
            assert row.max() > 1 - row.sum()


def test_none_wins_where_it_is_the_likeliest() -> None:
    shares = np.array([[0.3, 0.3], [0.4, 0.25], [0.0, 0.0]], dtype=np.float32)
    assert decide_exclusive(shares).tolist() == [[False, False], [True, False], [False, False]]
