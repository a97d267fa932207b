from __future__ import annotations

import numpy as np
import pytest

from deg_animals.crop import TARGETS, cut, cut_turned

FRAME = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)


@pytest.mark.parametrize(("size", "middle"), [((5, 7), (13.0, 9.0)), ((6, 8), (13.5, 9.5))])
def test_the_middle_of_a_crop_is_where_the_animal_is(size: tuple[int, int], middle: tuple[float, float]) -> None:
    top, left = 7, 10
    expected = FRAME[top : top + size[0], left : left + size[1]]
    assert np.array_equal(cut(FRAME, np.array(middle), size), expected)
    assert np.array_equal(cut_turned(FRAME, np.array(middle), 0.0, size, 0.0), expected)


@pytest.mark.parametrize("shift", [-0.4, 0.4])
def test_an_upright_crop_is_at_the_nearest_whole_pixel(shift: float) -> None:
    assert np.array_equal(cut(FRAME, np.array([13 + shift, 9 - shift]), (5, 7)), FRAME[7:12, 10:17])


def test_beyond_the_frame_its_edge_goes_on() -> None:
    for crop in (cut(FRAME, np.array([0.0, 0.0]), (9, 9)), cut_turned(FRAME, np.zeros(2), 0.0, (9, 9), 0.0)):
        assert np.array_equal(crop[4:, 4:], FRAME[:5, :5])
        assert np.array_equal(crop[:4, 4:], np.repeat(FRAME[:1, :5], 4, axis=0))
        assert (crop[:5, :5] == FRAME[0, 0]).all()


def test_an_animal_outside_of_the_frame_is_shown_as_edge() -> None:
    assert (cut(FRAME, np.array([500.0, 500.0]), (4, 4)) == FRAME[-1, -1]).all()


@pytest.mark.parametrize("heading", [0, 90, 180, -90, 37])
@pytest.mark.parametrize(("target", "ahead"), [("right", (10, 17)), ("up", (3, 10))])
def test_what_is_ahead_comes_to_lie_in_the_wanted_direction(
    heading: float, target: str, ahead: tuple[int, int]
) -> None:
    frame = np.zeros((80, 80, 3), dtype=np.uint8)
    x, y = 40 + 7 * np.cos(np.radians(heading)), 40 + 7 * np.sin(np.radians(heading))
    rows, columns = np.indices((80, 80))
    frame[np.hypot(columns - x, rows - y) < 2.5] = 255
    crop = cut_turned(frame, np.array([40.0, 40.0]), heading, (21, 21), TARGETS[target])
    assert crop[ahead].min() > 200
    rows, columns = np.nonzero(crop[..., 0] > 128)
    np.testing.assert_allclose([rows.mean(), columns.mean()], ahead, atol=0.3)
