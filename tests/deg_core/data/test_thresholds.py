from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deg_core.data.thresholds import from_strict_thresholds

probabilities = st.floats(0, 1, width=32)


@given(st.lists(probabilities, min_size=1, max_size=5), probabilities)
def test_what_exceeds_the_one_reaches_the_other(strict: list[float], probability: float) -> None:
    ours = from_strict_thresholds(strict)
    assert ours.dtype == np.float32
    for p in (np.float32(probability), *np.array(strict, dtype=np.float32)):
        assert np.array_equal(p >= ours, p > np.array(strict, dtype=np.float32))


def test_nothing_exceeds_certainty() -> None:
    assert not np.float32(1) >= from_strict_thresholds([1.0])
