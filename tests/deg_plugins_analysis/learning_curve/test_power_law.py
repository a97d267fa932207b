from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import curve_fit

from deg_plugins_analysis.learning_curve.power_law import PowerLaw, expected_gain, fit_power_law

AMOUNTS = np.array([1.0, 2, 4, 8, 16])


def test_a_law_is_found_again() -> None:
    law = PowerLaw(0.9, 0.5, 0.7)
    found = fit_power_law(AMOUNTS, law.at(AMOUNTS))
    assert found is not None
    assert found.at(np.array([32.0])) == pytest.approx(law.at(np.array([32.0])), abs=0.005)
    assert found.ceiling == pytest.approx(0.9, abs=0.02)


def test_no_curve_of_scipy_fits_better() -> None:
    rng = np.random.default_rng(0)
    amounts = np.repeat(AMOUNTS, 4)
    for _ in range(5):
        scores = PowerLaw(rng.uniform(0.6, 0.9), 0.4, rng.uniform(0.3, 1.5)).at(amounts) + rng.normal(0, 0.02, 20)
        found = fit_power_law(amounts, scores)
        assert found is not None
        bounds = ([0, 0, 0.05], [1, 10, 3])
        theirs, _ = curve_fit(lambda x, a, b, c: a - b * x**-c, amounts, scores, p0=(0.8, 0.3, 0.7), bounds=bounds)
        ours = ((found.at(amounts) - scores) ** 2).sum()
        assert ours <= ((PowerLaw(*theirs).at(amounts) - scores) ** 2).sum() * 1.01


def test_scores_never_pass_one_and_never_fall() -> None:
    steep = fit_power_law(AMOUNTS, np.array([0.1, 0.4, 0.7, 0.95, 1.0]))
    assert steep is not None
    assert steep.at(np.array([1e6]))[0] <= 1
    falling = fit_power_law(AMOUNTS, np.array([0.9, 0.8, 0.7, 0.6, 0.5]))
    assert falling is not None
    assert falling.at(AMOUNTS) == pytest.approx(np.full(5, 0.7))


def test_too_little_is_no_curve() -> None:
    assert fit_power_law(np.array([1.0, 1, 2, 2]), np.array([0.1, 0.2, 0.3, 0.4])) is None
    assert fit_power_law(np.array([1.0, 2, 4]), np.array([0.1, np.nan, 0.4])) is None
    assert expected_gain(np.array([1.0, 2]), np.array([0.1, 0.2]), [1, 2], 1, np.random.default_rng(0)) is None


def test_the_gain_of_more_labels_is_that_of_the_law() -> None:
    rng = np.random.default_rng(1)
    amounts = np.repeat(AMOUNTS, 6)
    law = PowerLaw(0.9, 0.6, 0.6)
    gain = expected_gain(amounts, law.at(amounts) + rng.normal(0, 0.01, 30), amounts.tolist(), 16, rng)
    true = float(np.diff(law.at(np.array([16.0, 32.0])))[0])
    assert gain is not None
    assert gain.low <= true <= gain.high
    assert gain.gain == pytest.approx(true, abs=0.01)
    single = expected_gain(AMOUNTS, law.at(AMOUNTS), AMOUNTS.tolist(), 16, rng)
    assert single is not None
    assert np.isnan(single.low)  # one trial at each amount: nothing to draw from
