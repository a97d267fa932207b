from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_sample.fly import Fly, perform
from deg_plugins_sample.fly_script import BEHAVIOURS, FlyScript, write_script


@pytest.fixture(scope="module")
def acted() -> tuple[FlyScript, Fly]:
    script = write_script(5400, 30.0, np.random.default_rng(0))
    return script, perform(script, 30.0, np.random.default_rng(1))


def during(script: FlyScript, name: str) -> np.ndarray:
    return script.labels[:, BEHAVIOURS.index(name)] == 1


def test_wing_extension_holds_one_wing_out_and_vibrates_it(acted: tuple[FlyScript, Fly]) -> None:
    script, fly = acted
    singing = during(script, "wing_extension")
    wings = np.sort(fly.pose.wing[singing], axis=1)
    assert np.median(wings[:, 1]) > 1.0
    assert np.median(wings[:, 0]) < 0.1
    beat = np.abs(np.diff(fly.pose.wing.max(axis=1)))
    assert np.median(beat[singing[1:]]) > 0.05


def test_a_resting_fly_may_hold_a_wing_out_but_still(acted: tuple[FlyScript, Fly]) -> None:
    script, fly = acted
    resting = script.labels.sum(axis=1) == 0
    out = resting & (fly.pose.wing.max(axis=1) > 0.9)
    assert 0.03 < out.sum() / resting.sum() < 0.5
    assert np.median(np.abs(np.diff(fly.pose.wing.max(axis=1)))[out[1:]]) < 0.01


def test_a_fly_sings_while_walking_as_well_as_standing(acted: tuple[FlyScript, Fly]) -> None:
    script, _ = acted
    together = during(script, "wing_extension") & during(script, "walking")
    alone = during(script, "wing_extension") & ~during(script, "walking")
    assert together.mean() > 0.03
    assert alone.mean() > 0.02


def test_a_flick_opens_both_wings_alike(acted: tuple[FlyScript, Fly]) -> None:
    script, fly = acted
    flicking = during(script, "wing_flick")
    assert fly.pose.wing[flicking].max() > 0.5
    assert np.median(np.abs(np.diff(fly.pose.wing[flicking], axis=1))) < 0.02


@pytest.mark.parametrize(("name", "moving", "resting"), [("head_grooming", 0, 4), ("abdomen_grooming", 4, 0)])
def test_grooming_moves_the_legs_that_reach_and_no_others(
    acted: tuple[FlyScript, Fly], name: str, moving: int, resting: int
) -> None:
    script, fly = acted
    swing = np.abs(np.diff(fly.pose.foot_forward, axis=0))[during(script, name)[1:]]
    assert np.median(swing[:, moving]) > 0.03
    assert np.median(swing[:, resting]) < 0.002


def test_walking_swings_legs_in_tripods(acted: tuple[FlyScript, Fly]) -> None:
    script, fly = acted
    feet = fly.pose.foot_forward[during(script, "walking")]
    assert np.corrcoef(feet[:, 0], feet[:, 3])[0, 1] > 0.8
    assert np.corrcoef(feet[:, 0], feet[:, 1])[0, 1] < -0.8


def test_a_fly_without_room_to_sing_has_its_wings_folded() -> None:
    script = write_script(20, 30.0, np.random.default_rng(5))
    assert not script.extensions
    assert perform(script, 30.0, np.random.default_rng(1)).pose.wing.shape == (20, 2)
