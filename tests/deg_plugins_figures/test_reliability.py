from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from deg_plugins_figures.reliability import reliability
from deg_plugins_figures.reliability_figure import draw_reliability
from deg_plugins_figures.scored import ScoredFrames


def frames(probabilities: np.ndarray, marks: np.ndarray) -> ScoredFrames:
    thresholds = np.full(marks.shape[1], 0.5, dtype=np.float32)
    names = ("walk", "rear")[: marks.shape[1]]
    return ScoredFrames(names, False, probabilities, probabilities > 0.5, thresholds, marks, "")


def test_shares_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.random((500, 2)).astype(np.float32)
    marks = (rng.random((500, 2)) < probabilities**2).astype(np.int8)
    marks[:100, 1] = -1
    first, second = reliability(frames(probabilities, marks))
    for curve, rows, column in ((first, slice(0, 500), 0), (second, slice(100, 500), 1)):
        share, mean = calibration_curve(marks[rows, column], probabilities[rows, column], n_bins=10)
        assert curve.share == pytest.approx(share)
        assert curve.probability == pytest.approx(mean, rel=1e-5)
        weights = curve.n_frames / curve.n_frames.sum()
        assert curve.error == pytest.approx(float(weights @ np.abs(share - mean)), rel=1e-4)
    assert second.n_frames.sum() == 400


def test_empty_bins_and_unlabelled_behaviours_are_undefined() -> None:
    probabilities = np.array([[0.05, 0.5], [1.0, 0.5]], dtype=np.float32)
    first, second = reliability(frames(probabilities, np.array([[0, -1], [1, -1]], dtype=np.int8)))
    assert first.n_frames.tolist() == [1, *[0] * 8, 1]
    assert np.isnan(first.share[1:9]).all()
    assert math.isnan(second.error)
    titles = [axes.get_title() for axes in draw_reliability([first, second], "").axes]
    assert titles[:2] == ["walk\nerror 0.025", "rear\nnever labelled"]
