from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_plugins_sample.figure import Figure
from deg_plugins_sample.fly_body import FlyPose, draw_looks, shape_fly

LOOKS = draw_looks(np.random.default_rng(0))
STILL = FlyPose(
    x=np.array([0.5]),
    y=np.array([0.5]),
    heading=np.zeros(1),
    yaw=np.zeros(1),
    bend=np.zeros(1),
    wing=np.zeros((1, 2)),
    foot_forward=np.array([[0.33, 0.33, 0.03, 0.03, -0.34, -0.34]]),
    foot_sideward=np.array([[0.22, 0.22, 0.34, 0.34, 0.28, 0.28]]),
)


def body(figure: Figure) -> NDArray[np.float64]:
    return np.concatenate([part.points[0] for part in figure.parts if part.casts_shadow and part.kind == "fill"])


def wings(figure: Figure) -> list[NDArray[np.float64]]:
    return [part.points[0] - 0.5 for part in figure.parts if part.opacity < 1]


def test_a_fly_is_as_long_as_its_size_says() -> None:
    assert np.ptp(body(shape_fly(STILL, LOOKS)), axis=0)[0] == pytest.approx(0.88 * LOOKS.size, rel=0.02)


def test_folded_wings_lie_back_and_mirror_each_other() -> None:
    left, right = wings(shape_fly(STILL, LOOKS))
    assert left == pytest.approx(right * [1, -1])
    assert left[:, 0].min() < -0.2
    assert left[:, 0].max() < 0.03


def test_a_wing_comes_out_on_its_own_side() -> None:
    left, right = wings(shape_fly(replace(STILL, wing=np.array([[0.0, 1.4]])), LOOKS))
    assert right[:, 1].max() > 0.2
    assert np.abs(left[:, 1]).max() < 0.1


def test_legs_come_in_pairs_left_before_right() -> None:
    feet = [part.points[0, -1] - 0.5 for part in shape_fly(STILL, LOOKS).parts if part.kind == "line"][:6]
    for left, right in zip(feet[::2], feet[1::2], strict=True):
        assert left == pytest.approx(right * [1, -1])
        assert left[1] < 0
    assert feet[0][0] > feet[2][0] > feet[4][0]


def test_the_tip_of_a_bent_abdomen_is_on_the_left() -> None:
    bent = body(shape_fly(replace(STILL, bend=np.array([0.5])), LOOKS))
    assert bent[bent[:, 0].argmin(), 1] < 0.47


def test_eyes_are_red_and_move_with_the_head() -> None:
    eyes = [part for part in shape_fly(replace(STILL, yaw=np.array([0.5])), LOOKS).parts if part.kind == "disc"]
    assert eyes[0].colour[0] > 2 * eyes[0].colour[1]
    assert eyes[0].points[0, 0, 0] > eyes[0].points[0, 1, 0]
