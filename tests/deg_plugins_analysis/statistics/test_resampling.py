from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy import stats

from deg_plugins_analysis.statistics.resampling import (
    deal_many,
    deal_two,
    deal_within,
    difference_interval,
    flip_signs,
    mean_interval,
)

RANDOM = np.random.default_rng


def difference(one, other, axis):
    return other.mean(axis=axis) - one.mean(axis=axis)


def test_dealing_out_is_the_permutation_test_of_scipy() -> None:
    random = RANDOM(0)
    one, other = random.normal(size=5), random.normal(1, 1, size=6)
    theirs = stats.permutation_test((one, other), difference, n_resamples=np.inf, vectorized=True)
    # SciPy doubles the smaller tail where deg counts differences as large; both agree where one tail is empty.
    ours = deal_two(one, other, RANDOM(0), 1000)
    pooled = np.concatenate([one, other])
    assert ours.is_exact
    extreme = np.abs(theirs.null_distribution) >= abs(theirs.statistic) - 1e-12
    assert ours.p == pytest.approx(extreme.sum() / comb(len(pooled), len(one)))


def test_turning_signs_is_that_of_scipy() -> None:
    differences = RANDOM(1).normal(0.4, 1, size=9)
    theirs = stats.permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf)
    extreme = np.abs(theirs.null_distribution) >= abs(theirs.statistic) - 1e-12
    assert flip_signs(differences, RANDOM(0), 100).p == pytest.approx(extreme.mean())


def test_several_groups_are_ordered_as_f_orders_them() -> None:
    random = RANDOM(2)
    groups = [random.normal(shift, 1, size=8) for shift in (0, 0.5, 1)]
    assert deal_many(groups, RANDOM(0), 4000).p == pytest.approx(stats.f_oneway(*groups).pvalue, abs=0.02)


def test_repeated_values_are_dealt_out_within_each_animal() -> None:
    random = RANDOM(3)
    values = random.normal(0, 5, size=(8, 1)) + random.normal(0, 1, size=(8, 3)) + [0, 1, 2.5]
    assert deal_within(values, RANDOM(0), 999).p < 0.01
    assert deal_many(list(values.T), RANDOM(0), 999).p > 0.3  # animals differ far more than groups


def test_few_animals_cannot_give_a_small_p() -> None:
    apart = deal_two(np.array([0.0, 1.0]), np.array([10.0, 11.0]), RANDOM(0), 100)
    assert apart.p == apart.least_p == pytest.approx(1 / 3)
    assert flip_signs(np.array([1.0, 2.0, 3.0]), RANDOM(0), 100).least_p == 0.25


def test_equal_values_differ_by_chance_always() -> None:
    same = np.full(4, 0.1)
    assert deal_two(same, same, RANDOM(0), 100).p == 1.0
    assert flip_signs(np.zeros(4), RANDOM(0), 100).p == 1.0
    assert deal_many([same, same, same], RANDOM(0), 100).p == 1.0


def test_by_chance_and_in_full_are_nearly_the_same() -> None:
    random = RANDOM(4)
    one, other = random.normal(size=12), random.normal(0.8, 1, size=12)  # more ways than are tried
    drawn = deal_two(one, other, RANDOM(0), 5000)
    assert not drawn.is_exact
    assert drawn.p == pytest.approx(stats.ttest_ind(one, other).pvalue, abs=0.02)


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random = RANDOM(5)
    hits = 0
    for _ in range(200):
        interval = mean_interval(random.normal(size=30), random, 300, 0.9)
        hits += interval.low <= 0 <= interval.high
    assert 0.82 <= hits / 200 <= 0.95


def test_one_animal_has_no_interval() -> None:
    assert np.isnan(mean_interval(np.array([1.0]), RANDOM(0), 100, 0.95).low)
    assert np.isnan(difference_interval(np.array([1.0]), np.ones(5), RANDOM(0), 100, 0.95).high)
