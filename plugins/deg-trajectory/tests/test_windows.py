"""Statistics over windows."""

from __future__ import annotations

import math

import pytest
import torch

from deg_trajectory.windows import STATISTICS, names_of, sum_up


def summed(values: torch.Tensor, radii: tuple[int, ...]) -> dict[str, float]:
    numbers = sum_up(values[None, :, None], radii)[0].tolist()
    return dict(zip(names_of(("f",), radii), numbers, strict=True))


def test_each_statistic_is_of_the_frames_around_the_middle() -> None:
    values = torch.tensor([9.0, 1, 2, 4, 8, 5, 3, 7, 6])
    found = summed(values, (1, 3))
    assert found["f"] == 8
    assert [found[f"f_{name}_1"] for name in ("mean", "min", "max", "change")] == pytest.approx([17 / 3, 4, 8, 1])
    around = values[1:8]
    assert found["f_std_3"] == pytest.approx(float(around.std(correction=0)))
    assert found["f_change_3"] == pytest.approx((5 + 3 + 7) / 3 - (1 + 2 + 4) / 3)


@pytest.mark.parametrize("n_periods", [1, 2])
def test_a_swing_shows_in_the_harmonic_of_its_periods_and_in_no_other(n_periods: int) -> None:
    phase = 2 * math.pi * n_periods * torch.arange(21) / 21
    found = summed(5 + 3 * torch.sin(phase + 0.7), (10,))
    assert found[f"f_harmonic_{n_periods}_10"] == pytest.approx(3, abs=1e-4)
    assert found[f"f_harmonic_{3 - n_periods}_10"] == pytest.approx(0, abs=1e-4)


def test_every_number_has_a_name_of_its_own() -> None:
    names = names_of(("a", "b"), (1, 2, 5))
    assert len(set(names)) == len(names) == 2 * (1 + 3 * len(STATISTICS))
    assert sum_up(torch.zeros(4, 11, 2), (1, 2, 5)).shape == (4, len(names))
