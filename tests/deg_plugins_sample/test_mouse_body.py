from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_plugins_sample.figure import Figure
from deg_plugins_sample.mouse_body import MouseLooks, MousePose, draw_looks, shape_mouse

LOOKS = draw_looks(np.random.default_rng(0))
STILL = MousePose(
    x=np.array([0.5]),
    y=np.array([0.5]),
    heading=np.zeros(1),
    length=np.ones(1),
    bend=np.zeros(1),
    yaw=np.zeros(1),
    reach=np.zeros(1),
    height=np.zeros(1),
    tail=np.zeros(1),
    paw_forward=np.array([[0.25, 0.25, -0.24, -0.24]]),
    paw_sideward=np.array([[0.14, 0.14, 0.17, 0.17]]),
)


def body(figure: Figure) -> NDArray[np.float64]:
    return np.concatenate([part.points[0] for part in figure.parts if part.casts_shadow and part.kind == "fill"])


def nose(figure: Figure) -> NDArray[np.float64]:
    return figure.parts[-1].points[0, 0]


def test_a_mouse_is_as_long_as_its_size_says_and_longer_than_wide() -> None:
    extent = np.ptp(body(shape_mouse(STILL, LOOKS)), axis=0)
    assert extent[0] == pytest.approx(LOOKS.size, rel=0.05)
    assert extent[1] < 0.5 * extent[0]


def test_left_and_right_are_mirrored_and_right_paws_are_on_the_right() -> None:
    discs = [part.points[0, 0] - 0.5 for part in shape_mouse(STILL, LOOKS).parts if part.kind == "disc"][:4]
    assert discs[0] == pytest.approx(discs[1] * [1, -1])
    assert discs[0][1] < 0 < discs[1][1]
    assert discs[2][1] < 0 < discs[3][1]
    assert discs[0][0] > 0 > discs[2][0]


def test_a_bend_or_a_turned_head_takes_the_nose_to_that_side() -> None:
    assert nose(shape_mouse(STILL, LOOKS))[1] == pytest.approx(0.5)
    assert nose(shape_mouse(replace(STILL, bend=np.ones(1)), LOOKS))[1] > 0.53
    assert nose(shape_mouse(replace(STILL, yaw=-np.ones(1)), LOOKS))[1] < 0.47


def test_a_mouse_looks_where_it_heads() -> None:
    assert nose(shape_mouse(replace(STILL, heading=np.array([np.pi / 2])), LOOKS)) == pytest.approx(
        [0.5, 0.5 + nose(shape_mouse(STILL, LOOKS))[0] - 0.5]
    )


def test_a_shorter_mouse_is_wider() -> None:
    short = np.ptp(body(shape_mouse(replace(STILL, length=np.array([0.7])), LOOKS)), axis=0)
    long = np.ptp(body(shape_mouse(STILL, LOOKS)), axis=0)
    assert short[0] < 0.9 * long[0]
    assert short[1] > 1.05 * long[1]


def test_mice_differ_in_size_and_coat() -> None:
    mice: list[MouseLooks] = [draw_looks(np.random.default_rng(seed)) for seed in range(20)]
    assert np.ptp([mouse.size for mouse in mice]) > 0.03
    assert np.ptp([mouse.coat[1] for mouse in mice]) > 20
