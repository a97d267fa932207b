from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from deg_plugins_analysis.calibration.scaling import fit_scaling


def drawn(slope: float, shift: float, n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a model, and labels that are drawn from what the logits should have been."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (n, 1)).astype(np.float32)
    truth = rng.random((n, 1)) < 1 / (1 + np.exp(-(logits * slope + shift)))
    return logits, truth.astype(np.int8)


def test_the_temperature_of_an_oversure_model_is_found() -> None:
    logits, marks = drawn(0.4, 0.0)
    found = fit_scaling(logits, marks, "temperature", exclusive=False)
    assert found.temperatures == pytest.approx([2.5], rel=0.05)
    assert found.shifts.tolist() == [0]
    assert found.probabilities(logits) == pytest.approx(1 / (1 + np.exp(-logits * found.slopes)), abs=1e-6)


def test_platt_is_a_logistic_regression_on_the_logit() -> None:
    logits, marks = drawn(0.6, -1.5)
    found = fit_scaling(logits, marks, "platt", exclusive=False)
    theirs = LogisticRegression(C=np.inf).fit(logits, marks[:, 0])
    assert found.slopes == pytest.approx(theirs.coef_[0], rel=1e-2)
    assert found.shifts == pytest.approx(theirs.intercept_, rel=1e-2)


def test_order_is_kept() -> None:
    logits, marks = drawn(0.3, 1.0)
    for method in ("temperature", "platt"):
        calibrated = fit_scaling(logits, marks, method, exclusive=False).probabilities(logits)
        assert (np.diff(calibrated[np.argsort(logits[:, 0]), 0]) >= 0).all()


def test_frames_without_a_label_do_not_count() -> None:
    logits, marks = drawn(0.4, 0.0)
    more = np.concatenate([logits, np.full((5000, 1), 9, np.float32)])
    unlabelled = np.concatenate([marks, np.full((5000, 1), -1, np.int8)])
    found = fit_scaling(more, unlabelled, "temperature", exclusive=False)
    assert found.slopes == pytest.approx(fit_scaling(logits, marks, "temperature", exclusive=False).slopes)


def test_what_never_happens_stays_as_it_is() -> None:
    logits = np.array([[0.0], [2.0]], dtype=np.float32)
    found = fit_scaling(logits, np.zeros((2, 1), np.int8), "platt", exclusive=False)
    assert np.isnan(found.temperatures).all()
    assert found.probabilities(logits)[:, 0] == pytest.approx([0.5, 1 / (1 + np.exp(-2))])


def test_exclusive_behaviours_share_one_temperature() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, (20_000, 3)).astype(np.float32)
    weights = np.exp(logits / 2)
    chosen = (rng.random((20_000, 1)) > (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)).sum(axis=1)
    marks = np.eye(3, dtype=np.int8)[chosen][:, :2]
    found = fit_scaling(logits, marks, "temperature", exclusive=True)
    assert found.temperatures == pytest.approx([2, 2], rel=0.05)
    assert found.probabilities(logits) == pytest.approx((weights / weights.sum(axis=1, keepdims=True))[:, :2], abs=0.02)
    nothing = fit_scaling(logits, np.zeros_like(marks), "temperature", exclusive=True)
    assert np.isnan(nothing.slopes).all()
