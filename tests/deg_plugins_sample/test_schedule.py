from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from deg_plugins_sample.schedule import Activity, Bout, blend_bouts, deal_bouts, find_free, mark_bouts

ACTIVITIES = (
    Activity("rest", 0.4, 0.6, 2.6),
    Activity("run", 0.36, 0.8, 2.4),
    Activity("jump", 0.04, 0.5, 0.9),
    Activity("sniff", 0.2, 0.8, 2.0),
)


def deal(seed: int, n_frames: int = 1800) -> list[Bout]:
    return deal_bouts(ACTIVITIES, n_frames, 30.0, np.random.default_rng(seed))


@pytest.mark.parametrize("n_frames", [1, 7, 60, 1800])
def test_bouts_fill_the_recording_without_gaps(n_frames: int) -> None:
    bouts = deal(0, n_frames)
    assert bouts[0].start == 0
    assert bouts[-1].stop == n_frames
    assert all(before.stop == after.start for before, after in pairwise(bouts))
    assert all(bout.stop > bout.start for bout in bouts)


def test_neighbouring_bouts_are_of_different_activities() -> None:
    for seed in range(10):
        bouts = deal(seed)
        assert all(before.activity != after.activity for before, after in pairwise(bouts))


def test_a_rare_activity_is_in_every_recording_and_stays_rare() -> None:
    shares = [np.mean(mark_bouts(deal(seed), 2, 1800)) for seed in range(30)]
    assert min(shares) > 0.01
    assert np.mean(shares) == pytest.approx(0.04, abs=0.015)


def test_a_common_activity_has_its_share() -> None:
    shares = [np.mean(mark_bouts(deal(seed), 1, 1800)) for seed in range(30)]
    assert np.mean(shares) == pytest.approx(0.36, abs=0.04)


def test_weights_add_up_to_one_and_cross_where_the_bouts_meet() -> None:
    bouts = deal(3)
    weights = blend_bouts(bouts, 4, 30.0, np.random.default_rng(0))
    assert weights.sum(axis=1) == pytest.approx(1.0)
    strongest = weights.argmax(axis=1)
    assert np.array_equal(strongest == 2, mark_bouts(bouts, 2, 1800) == 1)


def test_one_activity_turns_into_the_next_gradually() -> None:
    weights = blend_bouts([Bout(0, 0, 30), Bout(1, 30, 60)], 2, 30.0, np.random.default_rng(0))
    assert 0.2 < weights[29, 1] < 0.5 < weights[30, 1] < 0.8
    assert weights[20, 1] == 0.0
    assert weights[40, 1] == 1.0


def test_free_spans_run_across_neighbouring_bouts() -> None:
    bouts = [Bout(0, 0, 5), Bout(1, 5, 9), Bout(2, 9, 12), Bout(1, 12, 20)]
    assert find_free(bouts, (0, 1)) == [(0, 9), (12, 20)]
