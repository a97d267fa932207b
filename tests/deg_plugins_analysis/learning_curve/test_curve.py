from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_analysis.learning_curve.curve import CurvePoint, curves_of
from deg_plugins_analysis.learning_curve.power_law import PowerLaw


def test_behaviours_grow_with_their_frames_and_the_mean_with_minutes() -> None:
    law = PowerLaw(0.9, 0.4, 0.8)
    points = []
    for index, minutes in enumerate([1.0, 2, 4, 8]):
        frames = int(50 * minutes)
        score = float(law.at(np.array([frames / 50.0]))[0])
        points.append(CurvePoint(f"t{index}", "walk", minutes, frames, score, 0.1))
        points.append(CurvePoint(f"t{index}", "all", minutes, frames, score, 0.1))
    walk, mean = curves_of(points, 8.0, 0)
    assert walk.amounts.tolist() == [50, 100, 200, 400]
    assert mean.amounts.tolist() == [1, 2, 4, 8]
    assert walk.gain is not None
    assert mean.gain is not None
    # Eight more minutes are 400 more frames: both say the same of them.
    assert walk.gain.gain == pytest.approx(mean.gain.gain, abs=0.002)
    assert mean.gain.later == pytest.approx(law.at(np.array([16.0]))[0], abs=0.005)


def test_trials_without_the_behaviour_do_not_count() -> None:
    points = [CurvePoint("t0", "rear", 1.0, 0, None, None), CurvePoint("t1", "rear", 2.0, 10, 0.5, 0.1)]
    (curve,) = curves_of(points, 5.0, 0)
    assert len(curve.points) == 1
    assert curve.law is None
    (nothing,) = curves_of(points[:1], 5.0, 0)
    assert nothing.points == ()
    assert nothing.gain is None


def test_draws_of_one_size_make_an_interval_though_their_labels_differ() -> None:
    rng = np.random.default_rng(0)
    points = [
        CurvePoint(f"recordings-{size}-{draw}", "rear", float(size), size * 100 + draw, 0.5 + 0.1 * size + noise, 0.1)
        for size in (1, 2, 4)
        for draw, noise in enumerate(rng.normal(0, 0.02, 3))
    ]
    (curve,) = curves_of(points, 5.0, 0)
    assert curve.gain is not None
    assert curve.gain.low < curve.gain.high
