"""Against scikit-learn, statsmodels and krippendorff, on random frames."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from deg_core.api import Labels
from deg_plugins_analysis.agreement.coefficients import (
    accuracy,
    cohens_kappa,
    f1,
    fleiss_kappa,
    krippendorff_alpha,
    mean_defined,
)
from deg_plugins_analysis.agreement.counts import pair_counts, rate_together, rating_counts
from deg_plugins_analysis.observations.observation import Observation

CODES = st.lists(st.lists(st.sampled_from([0, 1]), min_size=3, max_size=3), min_size=2, max_size=60)


def ratings_of(marks_RT: np.ndarray):
    observations = [
        Observation("one", f"rater{at}", Labels(row[:, None].astype(np.int8), ("groom",), 10.0))
        for at, row in enumerate(marks_RT)
    ]
    return rate_together(observations)[0]


def random_marks(seed: int, missing: float = 0.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    truth = random.random(400) < 0.2
    marks = (truth ^ (random.random((4, 400)) < 0.1)).astype(np.int8)
    marks[random.random(marks.shape) < missing] = -1
    return marks


@settings(max_examples=25)
@given(CODES)
def test_pairs_are_those_of_scikit_learn(rows: list[list[int]]) -> None:
    marks = np.array(rows).T
    tables = pair_counts(ratings_of(marks)).sum(axis=0)[:, 0]
    for table, (one, other) in zip(tables, ((0, 1), (0, 2), (1, 2)), strict=True):
        pair = marks[one], marks[other]
        assert accuracy(table) == pytest.approx(metrics.accuracy_score(*pair))
        if marks[[one, other]].any():
            assert f1(table) == pytest.approx(metrics.f1_score(*pair))
        else:
            assert np.isnan(f1(table))
        if len(np.unique(marks[[one, other]])) > 1:
            assert cohens_kappa(table) == pytest.approx(metrics.cohen_kappa_score(*pair))
        else:
            assert np.isnan(cohens_kappa(table))


def test_kappa_of_many_categories_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    one, other = random.integers(0, 4, (2, 300))
    table = metrics.confusion_matrix(one, other)
    assert cohens_kappa(table) == pytest.approx(metrics.cohen_kappa_score(one, other))


@pytest.mark.parametrize("seed", range(3))
def test_fleiss_is_that_of_statsmodels(seed: int) -> None:
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater", reason="statsmodels is not installed")
    marks = random_marks(seed)
    theirs = inter_rater.fleiss_kappa(inter_rater.aggregate_raters(marks.T)[0])
    assert fleiss_kappa(rating_counts(ratings_of(marks)).sum(axis=0)[0]) == pytest.approx(theirs)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_alpha_is_that_of_krippendorff(missing: float) -> None:
    krippendorff = pytest.importorskip("krippendorff", reason="krippendorff is not installed")
    marks = random_marks(7, missing)
    theirs = krippendorff.alpha(np.where(marks < 0, np.nan, marks), level_of_measurement="nominal")
    assert krippendorff_alpha(rating_counts(ratings_of(marks)).sum(axis=0)[0]) == pytest.approx(theirs)


@settings(max_examples=40)
@given(CODES, st.permutations(range(3)))
def test_names_of_raters_and_the_order_of_frames_change_nothing(rows: list[list[int]], order: list[int]) -> None:
    marks = np.array(rows).T
    counts = rating_counts(ratings_of(marks)).sum(axis=0)[0]
    other = rating_counts(ratings_of(marks[order][:, ::-1])).sum(axis=0)[0]
    for score in (fleiss_kappa, krippendorff_alpha):
        np.testing.assert_allclose(score(counts), score(other), equal_nan=True)
    pair = pair_counts(ratings_of(marks[:2])).sum(axis=0)[0, 0]
    swapped = pair_counts(ratings_of(marks[1::-1])).sum(axis=0)[0, 0]
    for score in (f1, cohens_kappa, accuracy):
        np.testing.assert_allclose(score(pair), score(swapped), equal_nan=True)


def test_two_raters_who_agree_get_one_and_chance_gets_nothing() -> None:
    same = random_marks(1)[[0, 0]]
    assert cohens_kappa(pair_counts(ratings_of(same))[0, 0, 0]) == 1.0
    random = np.random.default_rng(2).random((2, 100_000)) < 0.1
    table = pair_counts(ratings_of(random))[0, 0, 0]
    assert cohens_kappa(table) == pytest.approx(0, abs=0.01)
    assert accuracy(table) > 0.8  # which is why accuracy alone says little


def test_what_nobody_saw_is_not_agreed_upon() -> None:
    nothing = np.zeros((3, 50), dtype=np.int8)
    counts = rating_counts(ratings_of(nothing))[0, 0]
    table = pair_counts(ratings_of(nothing))[0, 0, 0]
    scores = [f1(table), cohens_kappa(table), fleiss_kappa(counts), krippendorff_alpha(counts)]
    assert np.isnan(scores).all()
    np.testing.assert_array_equal(mean_defined(np.array([[np.nan, 0.5], [np.nan, np.nan]]), 1), [0.5, np.nan])
