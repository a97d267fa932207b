from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_sample.arena import Camera, draw_arena, measure_vignette, paint_floor


def test_a_camera_that_looks_straight_keeps_places() -> None:
    points = np.array([[0.5, 0.5], [0.25, 0.75]])
    assert (Camera(1.0, 0.0, 0.0, 0.0).project(points, 128) / 16).tolist() == [[63.5, 63.5], [31.5, 95.5]]


def test_a_camera_magnifies_rolls_and_shifts() -> None:
    place = Camera(2.0, np.pi / 2, 0.1, 0.0).project(np.array([[0.6, 0.5]]), 100) / 16
    assert place[0] == pytest.approx([59.5, 69.5], abs=0.1)


def test_floors_differ_between_recordings_and_not_between_calls() -> None:
    first, second = (draw_arena(100, 30.0, np.random.default_rng(seed)) for seed in (0, 1))
    assert np.array_equal(paint_floor(first, 64), paint_floor(first, 64))
    assert np.abs(paint_floor(first, 64).astype(int) - paint_floor(second, 64)).mean() > 5


def test_floor_has_texture_and_walls_are_darker() -> None:
    floor = paint_floor(draw_arena(10, 30.0, np.random.default_rng(2)), 128).mean(axis=2)
    assert floor[40:90, 40:90].std() > 4
    assert floor[[0, -1]].mean() < 0.6 * floor[40:90, 40:90].mean()


def test_light_changes_slowly_and_stays_bearable() -> None:
    gain = draw_arena(9000, 30.0, np.random.default_rng(3)).gain
    assert np.ptp(gain) > 0.05
    assert np.abs(np.diff(gain)).max() < 0.01
    assert gain.min() >= 0.8
    assert gain.max() <= 1.2


def test_corners_get_less_light_than_the_middle() -> None:
    vignette = measure_vignette(draw_arena(1, 30.0, np.random.default_rng(4)), 64)
    assert vignette[32, 32, 0] > 0.99
    assert vignette[0, 0, 0] < 0.9
