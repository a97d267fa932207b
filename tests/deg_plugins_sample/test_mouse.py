from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_sample.mouse import Mouse, perform
from deg_plugins_sample.mouse_script import BEHAVIOURS, MouseScript, write_script


@pytest.fixture(scope="module")
def acted() -> tuple[MouseScript, Mouse]:
    script = write_script(5400, 30.0, np.random.default_rng(0))
    return script, perform(script, 30.0, np.random.default_rng(1))


def during(script: MouseScript, name: str) -> np.ndarray:
    return script.labels[:, BEHAVIOURS.index(name)] == 1


def test_grooming_and_digging_share_a_posture_and_differ_in_rhythm(acted: tuple[MouseScript, Mouse]) -> None:
    script, mouse = acted
    length, yaw = mouse.pose.length, mouse.pose.yaw
    paws = mouse.pose.paw_forward[:, 0] - mouse.pose.paw_forward[:, 1]
    grooming, digging = during(script, "grooming"), during(script, "digging")
    assert length[grooming].mean() == pytest.approx(length[digging].mean(), abs=0.04)
    assert paws[digging].std() > 4 * paws[grooming].std()
    assert np.diff(yaw)[grooming[1:]].std() > 4 * np.diff(yaw)[digging[1:]].std()


def test_a_resting_mouse_may_be_hunched_as_one_that_grooms(acted: tuple[MouseScript, Mouse]) -> None:
    script, mouse = acted
    resting = script.labels.sum(axis=1) == 0
    hunched = mouse.pose.length < 0.86
    assert 0.15 < hunched[resting].mean() < 0.75
    assert hunched[during(script, "grooming")].mean() > 0.6
    still = np.abs(np.diff(mouse.pose.paw_forward[:, 0]))
    assert np.median(still[resting[1:]]) < 0.1 * np.median(still[during(script, "grooming")[1:]])


def test_rearing_shortens_the_body_and_lifts_it(acted: tuple[MouseScript, Mouse]) -> None:
    script, mouse = acted
    rearing = during(script, "rearing")
    assert mouse.pose.length[rearing].mean() < 0.72
    assert mouse.pose.height[rearing].mean() > 0.75
    assert mouse.pose.height[~rearing].mean() < 0.05


def test_only_locomotion_takes_the_mouse_elsewhere(acted: tuple[MouseScript, Mouse]) -> None:
    script, _ = acted
    speed = np.hypot(np.diff(script.path.x), np.diff(script.path.y)) * 30
    assert np.median(speed[during(script, "locomotion")[1:]]) > 0.2
    for name in ("grooming", "digging", "rearing", "scratching"):
        assert np.percentile(speed[during(script, name)[1:]], 75) < 0.05


def test_scratching_moves_one_hind_leg_fast(acted: tuple[MouseScript, Mouse]) -> None:
    script, mouse = acted
    scratching = during(script, "scratching")
    swing = np.abs(np.diff(mouse.pose.paw_forward[:, 2:], axis=0))[scratching[1:]].mean(axis=0)
    assert swing.max() > 0.03
    faster = np.abs(np.diff(mouse.pose.paw_forward[:, 2:], axis=0)).max(axis=1)
    assert np.median(faster[scratching[1:]]) > 3 * np.median(faster[during(script, "digging")[1:]])


def test_movements_blend_without_jumps(acted: tuple[MouseScript, Mouse]) -> None:
    _, mouse = acted
    for track, most in [(mouse.pose.length, 0.12), (mouse.pose.bend, 0.35), (mouse.pose.height, 0.35)]:
        assert np.abs(np.diff(track)).max() < most


def test_a_part_of_the_outlines_is_the_same_as_in_the_whole(acted: tuple[MouseScript, Mouse]) -> None:
    _, mouse = acted
    whole, part = mouse.shape(0, 300), mouse.shape(100, 200)
    for one, other in zip(whole.parts, part.parts, strict=True):
        assert np.array_equal(one.points[100:200], other.points)


def test_a_mouse_scratches_with_the_leg_on_the_inside_of_its_curl(acted: tuple[MouseScript, Mouse]) -> None:
    script, mouse = acted
    scratching = np.flatnonzero(during(script, "scratching"))
    right_leg = mouse.pose.paw_forward[scratching, 3] > mouse.pose.paw_forward[scratching, 2]
    assert np.mean(right_leg == (mouse.pose.bend[scratching] > 0)) > 0.95
