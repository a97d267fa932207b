from __future__ import annotations

from dataclasses import replace

import numpy as np

from deg_plugins_sample.arena import Arena, draw_arena
from deg_plugins_sample.figure import Figure, Part, draw_ellipse, place
from deg_plugins_sample.film import film

N = 200
X = np.linspace(0.3, 0.7, N)


def plain_arena(seed: int = 0) -> Arena:
    arena = draw_arena(N, 30.0, np.random.default_rng(seed))
    return replace(arena, noise=0.0, gain=np.ones(N))


def shape_ball(start: int, stop: int, *, height: float = 0.0, opacity: float = 1.0) -> Figure:
    middle = np.stack([X[start:stop], np.full(stop - start, 0.5)], axis=-1)
    outline = place(draw_ellipse(0.1, 0.1), middle, np.zeros(stop - start))
    ball = Part("fill", outline, (20.0, 20.0, 20.0), opacity=opacity, casts_shadow=True)
    return Figure((ball,), np.full(stop - start, height))


def test_frames_are_pictures_and_all_of_them_come() -> None:
    pictures = list(film(shape_ball, plain_arena(), 64))
    assert len(pictures) == N
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {((64, 64, 3), "uint8")}


def test_a_body_is_drawn_where_its_outline_is() -> None:
    for frame, picture in enumerate(film(shape_ball, plain_arena(), 64)):
        dark = np.nonzero(picture[15:49, 8:56].mean(axis=2) < 40)
        assert abs(dark[1].mean() + 8 - 64 * X[frame]) < 3


def test_shapes_are_asked_for_in_blocks_and_not_all_at_once() -> None:
    asked: list[tuple[int, int]] = []

    def shape(start: int, stop: int) -> Figure:
        asked.append((start, stop))
        return shape_ball(start, stop)

    next(film(shape, plain_arena(), 64))
    assert asked == [(0, 128)]


def test_a_raised_body_is_lighter_and_its_shadow_lies_further_off() -> None:
    arena = plain_arena(1)
    low = next(film(lambda a, b: shape_ball(a, b), arena, 64)).astype(int)
    high = next(film(lambda a, b: shape_ball(a, b, height=1.0), arena, 64)).astype(int)
    assert high[32, 19].mean() > low[32, 19].mean()
    assert np.abs(high - low).max() > 20


def test_a_wing_lets_the_floor_shine_through() -> None:
    arena = plain_arena(2)
    solid = next(film(lambda a, b: shape_ball(a, b), arena, 64)).astype(int)
    clear = next(film(lambda a, b: shape_ball(a, b, opacity=0.4), arena, 64)).astype(int)
    assert clear[32, 19].mean() > solid[32, 19].mean() + 20


def test_noise_is_new_in_each_frame_and_as_strong_as_the_sensor_says() -> None:
    arena = replace(plain_arena(3), noise=4.0)
    still = Figure((), np.zeros(N))
    frames = np.stack([picture for picture, _ in zip(film(lambda *_: still, arena, 64), range(20), strict=False)])
    difference = np.diff(frames[:, 20:44, 20:44].astype(int), axis=0)
    assert 4.5 < difference.std() < 6.5  # two frames' noise: 4 times the square root of 2


def test_brightness_follows_the_light() -> None:
    arena = replace(plain_arena(4), gain=np.linspace(0.8, 1.1, N))
    means = [picture.mean() for picture in film(lambda a, b: Figure((), np.zeros(b - a)), arena, 64)]
    assert means[-1] / means[0] > 1.3
