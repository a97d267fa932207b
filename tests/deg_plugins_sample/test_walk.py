from __future__ import annotations

import math

import numpy as np
import pytest

from deg_plugins_sample.walk import Gait, Path, count_room, walk

GAIT = Gait(
    slowest_turn=2.0, fastest_turn=3.5, widest_turn=2.6, narrowest_turn=1.0, ramp_s=0.2, turns_hz=0.1, drift=0.2
)
N = 3000


@pytest.fixture(scope="module")
def path() -> Path:
    return walk(np.full(N, 0.4), count_room([(0, N)], N), GAIT, 30.0, np.random.default_rng(1))


def test_an_animal_stays_inside_and_comes_everywhere(path: Path) -> None:
    assert min(path.x.min(), path.y.min()) >= GAIT.margin - 0.05
    assert max(path.x.max(), path.y.max()) <= 1.05 - GAIT.margin
    visits, _, _ = np.histogram2d(path.x, path.y, bins=3, range=[[0.2, 0.8]] * 2)
    assert (visits > 0).all()


def test_it_walks_where_it_looks_and_is_not_held_up_by_walls(path: Path) -> None:
    steps = np.stack([np.diff(path.x), np.diff(path.y)], axis=-1)
    ahead = np.stack([np.cos(path.heading[1:]), np.sin(path.heading[1:])], axis=-1)
    expected = 0.4 / 30 * (1 - 0.45 * np.abs(path.turn[1:]))
    along = (steps * ahead).sum(axis=1)
    assert np.mean(np.abs(along - expected) < 0.1 * expected) > 0.97


def test_it_turns_fast_inside_the_spans_of_turns_and_drifts_outside(path: Path) -> None:
    rate = np.abs(np.diff(path.heading, prepend=path.heading[0])) * 30
    turning = np.zeros(N, dtype=bool)
    for start, stop in path.turns:
        turning[start:stop] = True
    assert 0.1 < turning.mean() < 0.7
    assert np.median(rate[turning]) > GAIT.slowest_turn * 0.9
    assert np.percentile(rate[path.turn == 0], 95) < GAIT.slowest_turn / 2


def test_a_turn_is_half_under_way_at_its_edges(path: Path) -> None:
    start, stop = path.turns[1]
    assert abs(path.turn[start - 1]) < 0.5 < abs(path.turn[start])
    assert abs(path.turn[stop]) < 0.5 < abs(path.turn[stop - 1])


def test_the_sign_of_a_turn_is_the_side_it_goes_to(path: Path) -> None:
    start, stop = path.turns[0]
    assert math.copysign(1, path.heading[stop] - path.heading[start]) == math.copysign(1, path.turn[start])


def test_heading_is_smooth(path: Path) -> None:
    rate = np.diff(path.heading) * 30
    assert np.abs(np.diff(rate)).max() < GAIT.fastest_turn * 0.4


def test_there_are_no_turns_where_they_are_not_allowed() -> None:
    free = [(0, 1000), (2000, 2100)]
    path = walk(np.full(N, 0.3), count_room(free, N), GAIT, 30.0, np.random.default_rng(2))
    assert path.turns
    assert all(any(start <= first and last <= stop for start, stop in free) for first, last in path.turns)


def test_an_animal_that_stands_still_stays_where_it_is() -> None:
    path = walk(np.zeros(100), count_room([], 100), GAIT, 30.0, np.random.default_rng(3))
    assert np.ptp(path.x) == 0
    assert np.ptp(path.heading) == 0


def test_room_counts_down_to_the_end_of_a_free_span() -> None:
    assert count_room([(1, 4)], 6).tolist() == [0, 3, 2, 1, 0, 0]


def test_turns_go_to_both_sides_and_away_from_walls(path: Path) -> None:
    changes = np.array([path.heading[min(stop + 3, N - 1)] - path.heading[start - 3] for start, stop in path.turns])
    assert 0.1 < np.mean(changes > 0) < 0.9
    inward = []
    for start, stop in path.turns:
        if max(abs(path.x[start] - 0.5), abs(path.y[start] - 0.5)) > 0.2 and stop + 3 < N:
            to_middle = np.array([0.5 - path.x[start], 0.5 - path.y[start]])
            before, after = (
                np.array([math.cos(path.heading[f]), math.sin(path.heading[f])]) for f in (start, stop + 3)
            )
            inward.append(to_middle @ after > to_middle @ before)
    assert np.mean(inward) > 0.85
