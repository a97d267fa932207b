from __future__ import annotations

from deg_plugins_figures.palette import OKABE_ITO, colour_of, ink_on, tint


def test_neighbouring_behaviours_never_share_a_colour() -> None:
    assert all(colour_of(column) != colour_of(column + 1) for column in range(20))


def test_grey_levels_differ_for_those_who_see_no_colour() -> None:
    levels = sorted(0.299 * r + 0.587 * g + 0.114 * b for r, g, b in OKABE_ITO)
    assert levels[0] < 5
    assert levels[-1] - levels[0] > 150


def test_a_tint_goes_from_white_to_the_colour() -> None:
    assert tint((0, 100, 200), 0.0) == (255, 255, 255)
    assert tint((0, 100, 200), 1.0) == (0, 100, 200)


def test_ink_can_be_read_on_every_colour() -> None:
    assert ink_on((0, 0, 0)) == (255, 255, 255)
    assert ink_on((230, 159, 0)) == (0, 0, 0)
