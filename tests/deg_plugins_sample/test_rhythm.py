from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_sample.rhythm import BoutDraws, Manner, count_phase, draw_slow_noise
from deg_plugins_sample.schedule import Bout

BOUTS = (Bout(0, 0, 20), Bout(1, 20, 40), Bout(0, 40, 60), Bout(1, 60, 80))


def test_slow_noise_changes_slowly_and_is_centred() -> None:
    noise = draw_slow_noise(20_000, 30.0, np.random.default_rng(0))
    assert noise.shape == (20_000,)
    assert noise.mean() == pytest.approx(0.0, abs=0.1)
    assert noise.std() == pytest.approx(0.8, abs=0.1)
    assert np.abs(np.diff(noise)).max() < 0.3


def test_a_number_drawn_for_a_bout_holds_until_half_way_to_the_next() -> None:
    draws = BoutDraws.for_activity(BOUTS, 1, 80, np.random.default_rng(0))
    numbers = draws.uniform(0.0, 1.0)
    assert len(set(numbers[:50])) == 1
    assert len(set(numbers[50:])) == 1
    assert numbers[0] != numbers[-1]


def test_an_activity_that_never_happens_has_numbers_all_the_same() -> None:
    assert BoutDraws.for_activity(BOUTS, 7, 80, np.random.default_rng(0)).side().shape == (80,)


def test_a_beat_has_the_tempo_it_was_given() -> None:
    phase = count_phase(np.full(300, 4.0), 30.0, np.random.default_rng(0))
    assert (phase[-1] - phase[0]) / (2 * np.pi) == pytest.approx(4.0 * 299 / 30)


def test_tempo_differs_between_bouts() -> None:
    draws = BoutDraws.for_activity(BOUTS, 1, 80, np.random.default_rng(0))
    steps = np.diff(draws.phase(2.0, 8.0, 30.0))
    assert abs(steps[:49].mean() - steps[50:].mean()) > 0.05


def test_blending_weighs_what_each_activity_wants() -> None:
    weights = np.array([[1.0, 0.0], [0.25, 0.75]])
    manner = Manner(BOUTS, weights, 30.0, np.random.default_rng(0))
    assert manner.blend([2.0, np.array([0.0, 4.0])]).tolist() == [2.0, 3.5]
