"""Measures of silhouettes whose shape is known."""

from __future__ import annotations

import math

import pytest
import torch
from made_films import ellipse

from deg_trajectory.ellipse import (
    ANGLE,
    AREA,
    BRIGHTNESS,
    CONTRAST,
    MAJOR,
    MINOR,
    PRESENT,
    SKEW,
    X,
    Y,
    flicker,
    measure,
)


def measured(mask: torch.Tensor, difference: float = 2.0, aspect: float = 1.0) -> torch.Tensor:
    return measure(torch.full(mask.shape, difference)[None], mask[None], torch.tensor([0.25]), aspect)[0]


@pytest.mark.parametrize("angle", [-1.4, -0.5, 0.0, 0.3, 1.0, 1.5])
def test_an_ellipse_has_its_own_place_angle_axes_and_area(angle: float) -> None:
    found = measured(ellipse(0.4, 0.6, angle, size=(256, 256)))
    assert found[[X, Y]].tolist() == pytest.approx([0.4, 0.6], abs=2e-3)
    assert math.sin(found[ANGLE] - angle) == pytest.approx(0, abs=0.02)
    assert found[[MAJOR, MINOR]].tolist() == pytest.approx([0.3, 0.12], abs=5e-3)
    assert found[AREA] == pytest.approx(math.pi * 0.3 * 0.12 / 4, rel=0.02)
    assert found[[CONTRAST, SKEW, PRESENT, BRIGHTNESS]].tolist() == pytest.approx([2.0, 0.0, 1.0, 0.25], abs=0.02)


def test_a_wide_frame_does_not_stretch_the_animal() -> None:
    """Its small picture is square, as here: every other column of a frame twice as wide as high."""
    wide = ellipse(1.2, 0.5, 0.7, size=(128, 256))
    found = measured(wide[:, ::2], aspect=2.0)
    assert found[[X, Y, MAJOR, MINOR]].tolist() == pytest.approx([1.2, 0.5, 0.3, 0.12], abs=0.01)
    assert math.sin(found[ANGLE] - 0.7) == pytest.approx(0, abs=0.03)


def test_a_tail_makes_skew_towards_it() -> None:
    body = ellipse(0.5, 0.5, 0.0, (0.25, 0.15))
    right, left = body | ellipse(0.68, 0.5, 0.0, (0.2, 0.04)), body | ellipse(0.32, 0.5, 0.0, (0.2, 0.04))
    assert measured(right)[SKEW] > 0.1
    assert measured(left)[SKEW] < -0.1


def test_a_single_pixel_has_a_shape_and_nothing_has_none() -> None:
    mask = torch.zeros(64, 64, dtype=torch.bool)
    assert measured(mask)[:-1].tolist() == [0.0] * 9
    assert measured(mask)[BRIGHTNESS] == 0.25
    mask[3, 5] = True
    found = measured(mask)
    assert torch.isfinite(found).all()
    assert found[MAJOR] == pytest.approx(4 / 64 / math.sqrt(12), rel=1e-3)


def test_flicker_tells_what_moves_within_from_what_changes_its_outline() -> None:
    here, there = ellipse(0.4, 0.5, 0.0), ellipse(0.5, 0.5, 0.0)
    masks = torch.stack([here, here, there])
    difference = torch.stack([2.0 * here, 2.5 * here, 2.5 * there])
    inside, outline = flicker(difference, masks).T
    assert inside[0] == pytest.approx(0.5)
    assert outline[0] == 0.0
    assert outline[1] == pytest.approx(float((here ^ there).sum() / (here | there).sum()))
    assert inside[1] == pytest.approx(2.5 * float(outline[1]))
