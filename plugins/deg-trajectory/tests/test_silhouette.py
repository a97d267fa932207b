"""The animal is found before a background that the training frames tell."""

from __future__ import annotations

import pytest
import torch
from made_films import ellipse, film

from deg_trajectory.silhouette import Silhouette

PLACES = [(0.2 + 0.06 * step, 0.3 + 0.04 * step) for step in range(11)]
MASKS = [ellipse(x, y, 0.5) for x, y in PLACES]


def fitted(polarity: str = "either", sign: float = 1.0) -> Silhouette:
    silhouette = Silhouette(64, polarity, 0.35)  # type: ignore[arg-type]
    pictures = silhouette.shrink(sign * film(MASKS))
    silhouette.fit_background(pictures)
    silhouette.fit_threshold(silhouette.before_background(pictures))
    return silhouette


def agreement(found: torch.Tensor, wanted: list[torch.Tensor]) -> float:
    """Pixels in both over pixels in either, of the worst frame."""
    both = torch.stack(wanted)
    return float(((found & both).sum(dim=(1, 2)) / (found | both).sum(dim=(1, 2))).min())


@pytest.mark.parametrize(("polarity", "sign"), [("either", 1.0), ("either", -1.0), ("bright", 1.0), ("dark", -1.0)])
def test_it_finds_the_animal_wherever_it_is(polarity: str, sign: float) -> None:
    silhouette = fitted(polarity, sign)
    assert agreement(silhouette(silhouette.shrink(sign * film(MASKS)))[1], MASKS) > 0.9


def test_a_bright_animal_is_nowhere_for_who_looks_for_a_dark_one() -> None:
    silhouette = fitted("dark", -1.0)
    found = silhouette(silhouette.shrink(film(MASKS)))[1]
    assert not (found & torch.stack(MASKS)).any()


@pytest.mark.parametrize("light", [-0.8, 0.4])
def test_light_that_changes_everywhere_is_no_animal_but_is_told(light: float) -> None:
    silhouette = fitted()
    _, found, brightness = silhouette(silhouette.shrink(film(MASKS, light)))
    assert agreement(found, MASKS) > 0.9
    assert brightness.tolist() == pytest.approx([light] * 11, abs=0.05)


def test_of_several_blobs_it_takes_the_one_that_differs_most() -> None:
    silhouette = fitted()
    crumbs = [mask | ellipse(0.85, 0.15, 0.0, (0.06, 0.06)) for mask in MASKS]
    assert agreement(silhouette(silhouette.shrink(film(crumbs)))[1], MASKS) > 0.9


def test_an_empty_cage_holds_no_animal() -> None:
    silhouette = fitted()
    empty = torch.zeros(64, 64, dtype=torch.bool)
    assert not silhouette(silhouette.shrink(film([empty] * 3)))[1].any()


def test_the_background_of_a_recording_takes_the_place_of_the_usual_one() -> None:
    silhouette = fitted()
    elsewhere = silhouette.shrink(film(MASKS).flip(3))
    assert agreement(silhouette(elsewhere)[1], [mask.flip(1) for mask in MASKS]) < 0.5
    silhouette.survey(elsewhere)
    assert agreement(silhouette(elsewhere)[1], [mask.flip(1) for mask in MASKS]) > 0.9
    assert set(silhouette.state_dict()) == {"background", "threshold"}
