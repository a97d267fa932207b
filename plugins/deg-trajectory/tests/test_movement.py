"""Features of movements that are known."""

from __future__ import annotations

import math

import pytest
import torch

from deg_trajectory.ellipse import ANGLE, BRIGHTNESS, MAJOR, MINOR, N_MEASURES, PRESENT, SKEW, X, Y
from deg_trajectory.movement import FEATURES, describe, fill_gaps

ARENA = torch.tensor([0.1, 0.2, 0.9, 0.8])


def measures(x: torch.Tensor, y: torch.Tensor, angle: torch.Tensor, skew: float = 0.0) -> torch.Tensor:
    """Of one window; angles as of an ellipse, within half a turn."""
    found = torch.zeros(1, len(x), N_MEASURES)
    found[0, :, X], found[0, :, Y] = x, y
    found[0, :, ANGLE] = torch.remainder(angle + math.pi / 2, math.pi) - math.pi / 2
    turned = torch.cos(found[0, :, ANGLE] - angle).sign()
    found[0, :, [MAJOR, MINOR, PRESENT]] = torch.tensor([0.2, 0.1, 1.0])
    found[0, :, SKEW] = skew * turned
    return found


def described(found: torch.Tensor) -> dict[str, torch.Tensor]:
    flicker = torch.zeros(1, found.shape[1], 2)
    return dict(zip(FEATURES, describe(found, flicker, ARENA)[0].T, strict=True))


STEPS = torch.arange(11.0)


@pytest.mark.parametrize("heading", [0.0, 0.8, 1.6, 2.5, 3.1, -0.7, -2.0])
def test_an_animal_that_runs_moves_along_its_body(heading: float) -> None:
    place = 0.02 * STEPS
    found = described(measures(0.5 + place * math.cos(heading), 0.5 + place * math.sin(heading), STEPS * 0 + heading))
    assert found["along"].tolist() == pytest.approx([0.02] * 9, abs=1e-5)
    assert found["speed"].tolist() == pytest.approx([0.02] * 9, abs=1e-5)
    for name in ("across", "acceleration", "turning", "angular_acceleration"):
        assert found[name].abs().max() < 1e-5


def test_moving_sideways_is_not_moving_along_the_body() -> None:
    found = described(measures(0.5 + STEPS * 0, 0.5 + 0.01 * STEPS, STEPS * 0))
    assert found["across"].tolist() == pytest.approx([0.01] * 9, abs=1e-6)
    assert found["along"].abs().max() < 1e-6
    assert found["slip"].tolist() == pytest.approx([math.pi / 2] * 9, abs=1e-3)


@pytest.mark.parametrize("rate", [0.3, -0.3, 0.7])
def test_turning_goes_on_where_an_ellipse_jumps_by_half_a_turn(rate: float) -> None:
    angle = rate * STEPS
    radius = 0.02 / rate
    found = described(measures(0.5 + radius * torch.sin(angle), 0.5 - radius * torch.cos(angle), angle))
    assert found["turning"].tolist() == pytest.approx([abs(rate)] * 9, abs=1e-4)
    assert found["along"].min() > 0.015


@pytest.mark.parametrize("name", FEATURES)
def test_nothing_depends_on_which_end_of_an_ellipse_is_called_its_head(name: str) -> None:
    angle = 0.25 * STEPS
    found = measures(0.3 + 0.03 * STEPS, 0.5 + 0.01 * STEPS**1.5, angle, skew=-0.5)
    turned = found.clone()
    turned[..., ANGLE] = torch.remainder(found[..., ANGLE], math.pi)
    turned[..., SKEW] *= torch.cos(turned[..., ANGLE] - found[..., ANGLE])
    assert not torch.equal(found, turned)
    torch.testing.assert_close(described(turned)[name], described(found)[name], atol=1e-5, rtol=0)


def test_walls_are_those_of_the_nearest_side() -> None:
    found = described(measures(0.5 + 0.03 * STEPS, 0.5 + STEPS * 0, STEPS * 0))
    assert found["wall_distance"][[0, 8]].tolist() == pytest.approx([0.3, 0.9 - 0.77])
    assert found["wall_approach"][8] == pytest.approx(0.03, abs=1e-5)
    assert found["centre_distance"][0] == pytest.approx(0.03)


def test_acceleration_is_the_change_of_velocity_per_frame() -> None:
    found = described(measures(0.2 + 0.002 * STEPS**2, 0.5 + STEPS * 0, STEPS * 0))
    assert found["acceleration"].tolist() == pytest.approx([0.004] * 9, abs=1e-5)


def test_changes_of_shape_are_per_frame() -> None:
    window = measures(STEPS * 0 + 0.5, STEPS * 0 + 0.5, STEPS * 0)
    window[0, :, MAJOR] = 0.2 + 0.01 * STEPS
    found = described(window)
    assert found["major_change"].tolist() == pytest.approx([0.01] * 9, abs=1e-6)
    assert found["minor_change"].abs().max() < 1e-6
    assert (found["slenderness_change"] < 0).all()


def test_an_animal_that_is_lost_stays_where_it_was_seen_last() -> None:
    window = measures(0.1 * STEPS, 0.5 + STEPS * 0, STEPS * 0)
    window[0, :, BRIGHTNESS] = STEPS
    for lost in (0, 4, 5, 10):
        window[0, lost, :BRIGHTNESS] = 0
    filled = fill_gaps(window)[0]
    assert filled[:, X].tolist() == pytest.approx([0.1, 0.1, 0.2, 0.3, 0.3, 0.3, 0.6, 0.7, 0.8, 0.9, 0.9])
    assert filled[:, PRESENT].tolist() == [0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0]
    assert filled[:, BRIGHTNESS].tolist() == STEPS.tolist()


def test_a_window_without_an_animal_is_described_without_it() -> None:
    found = describe(torch.zeros(2, 11, N_MEASURES), torch.zeros(2, 11, 2), ARENA)
    assert torch.isfinite(found).all()
    assert found[..., FEATURES.index("present")].abs().max() == 0
