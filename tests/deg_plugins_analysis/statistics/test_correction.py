from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from deg_plugins_analysis.statistics.correction import corrected

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(VALUES)
def test_bh_is_that_of_scipy(p: list[float]) -> None:
    np.testing.assert_allclose(corrected(np.array(p), "bh"), false_discovery_control(p), atol=1e-12)


@pytest.mark.parametrize(("how", "theirs"), [("holm", "holm"), ("bh", "fdr_bh")])
def test_both_are_those_of_statsmodels(how, theirs) -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest", reason="statsmodels is not installed")
    p = np.random.default_rng(1).random(40) ** 3
    np.testing.assert_allclose(corrected(p, how), multitest.multipletests(p, method=theirs)[1])


@given(VALUES)
def test_holm_never_makes_anything_smaller_and_keeps_the_order(p: list[float]) -> None:
    adjusted = corrected(np.array(p), "holm")
    assert (adjusted >= np.array(p) - 1e-15).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


def test_what_was_not_tested_does_not_count() -> None:
    adjusted = corrected(np.array([0.01, np.nan, 0.02]), "holm")
    np.testing.assert_allclose(adjusted, [0.02, np.nan, 0.02])
    assert np.isnan(corrected(np.array([np.nan]), "bh")).all()


def test_none_leaves_them_as_they_are() -> None:
    np.testing.assert_array_equal(corrected(np.array([0.01, 0.9]), "none"), [0.01, 0.9])
