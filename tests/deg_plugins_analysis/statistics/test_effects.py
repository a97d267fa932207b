from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_analysis.statistics import effects

RANDOM = np.random.default_rng(0)
ONE, OTHER = RANDOM.normal(size=7), RANDOM.normal(1, 1.5, size=9)


def test_hedges_g_by_the_book() -> None:
    pooled = np.sqrt((6 * ONE.var(ddof=1) + 8 * OTHER.var(ddof=1)) / 14)
    expected = (OTHER.mean() - ONE.mean()) / pooled * (1 - 3 / (4 * 14 - 1))
    assert effects.hedges_g(ONE, OTHER) == pytest.approx(expected)


def test_cliffs_delta_is_that_of_the_rank_sum() -> None:
    from scipy.stats import mannwhitneyu

    u = mannwhitneyu(OTHER, ONE).statistic
    assert effects.cliffs_delta(ONE, OTHER) == pytest.approx(2 * u / (len(ONE) * len(OTHER)) - 1)


def test_eta_squared_is_that_of_the_f_test() -> None:
    from scipy.stats import f_oneway

    f = f_oneway(ONE, OTHER).statistic
    assert effects.eta_squared([ONE, OTHER]) == pytest.approx(f / (f + len(ONE) + len(OTHER) - 2))


def test_partial_eta_squared_of_pairs_is_that_of_the_t_test() -> None:
    values = np.stack([ONE, ONE + RANDOM.normal(0.5, 1, size=7)], axis=1)
    differences = values[:, 1] - values[:, 0]
    t = differences.mean() / differences.std(ddof=1) * np.sqrt(7)
    assert effects.partial_eta_squared(values) == pytest.approx(t**2 / (t**2 + 6))
    assert effects.cohens_dz(differences) == pytest.approx(t / np.sqrt(7))


def test_without_spread_there_is_no_size() -> None:
    flat = np.ones(3)
    sizes = [effects.hedges_g(flat, flat), effects.cohens_dz(flat), effects.eta_squared([flat, flat])]
    assert np.isnan([*sizes, effects.partial_eta_squared(np.ones((3, 2))), effects.hedges_g(flat[:1], flat)]).all()
    assert effects.cliffs_delta(flat, flat) == 0
