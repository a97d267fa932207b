from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deg_core.api import Pose, PoseError

from deg_keypoints.body import count_numbers, measure
from deg_keypoints.settings import BodySettings

SETTINGS = BodySettings(
    keypoints=("nose", "left", "right", "tail"),
    body=("tail", "nose"),
    distances=(("left", "right"), ("nose", "left")),
    angles=(("left", "tail", "right"),),
    areas=(("nose", "left", "tail", "right"),),
    moving=("nose",),
    step_s=0.2,
)
BODY = np.array([[10, 0], [5, 2], [5, -2], [0, 0]], dtype=np.float64)


def pose_of(*animals: np.ndarray, rate: float = 10.0) -> Pose:
    positions = np.stack(animals, axis=1).astype(np.float32)
    names = tuple(f"animal-{index}" for index in range(len(animals)))
    return Pose(SETTINGS.keypoints, names, positions, np.ones(positions.shape[:-1], np.float32), rate, (100, 100))


def test_a_body_is_measured_in_its_own_lengths():
    values = measure(pose_of(np.tile(BODY, (5, 1, 1)) + 30), SETTINGS)
    angle = 2 * np.arctan2(2, 5)
    expected = [0.4, np.hypot(5, 2) / 10, angle, 20 / 100, 0, 0, 0]
    np.testing.assert_allclose(values, np.tile(expected, (5, 1)), atol=1e-5)
    assert values.shape[1] == count_numbers(SETTINGS)


def test_a_speed_is_in_body_lengths_per_second_whatever_the_frame_rate():
    for rate in (10.0, 50.0):
        steps = np.arange(40)[:, None, None] * (20 / rate)  # 20 pixels, two body lengths, a second
        values = measure(pose_of(BODY + 30 + steps * np.array([1, 0]), rate=rate), SETTINGS)
        np.testing.assert_allclose(values[:, 4], 2, rtol=1e-4)
        np.testing.assert_allclose(values[5:-5, 5:], 0, atol=1e-3)


def test_an_acceleration_is_how_fast_the_speed_changes():
    seconds = np.arange(60)[:, None, None] / 30
    path = 10 * 3 * seconds**2 / 2 * np.array([0, 1])  # three body lengths per second squared
    values = measure(pose_of(BODY + path, rate=30.0), SETTINGS)
    np.testing.assert_allclose(values[8:-8, 5], 3, rtol=1e-3)
    np.testing.assert_allclose(values[8:-8, 4], 3 * seconds[8:-8, 0, 0], rtol=1e-3)


def test_turning_is_told_in_radians_per_second_and_does_not_jump_at_half_a_turn():
    angles = np.arange(100) / 10 * 1.5
    turn = np.stack([np.cos(angles), np.sin(angles), -np.sin(angles), np.cos(angles)], axis=-1).reshape(-1, 2, 2)
    values = measure(pose_of(BODY @ turn + 50), SETTINGS)
    np.testing.assert_allclose(values[:, 6], 1.5, rtol=1e-3)


def test_two_animals_are_measured_and_what_is_between_them():
    both = SETTINGS.model_copy(update={"individuals": 2})
    values = measure(pose_of(np.tile(BODY, (3, 1, 1)), np.tile(BODY + np.array([0, 10]), (3, 1, 1))), both)
    assert values.shape == (3, count_numbers(both)) == (3, 2 * 7 + 4)
    np.testing.assert_allclose(values[:, :7], values[:, 7:14], atol=1e-5)
    np.testing.assert_allclose(values[0, 14:], [1, np.sqrt(2), np.sqrt(2), 1], rtol=1e-5)


def test_the_numbers_of_the_paper_fit_the_defaults():
    assert count_numbers(BodySettings()) == 16 + 5 + 4 + 2 * 3 + 1


def test_a_position_without_confidence_does_not_show():
    pose = pose_of(np.tile(BODY, (30, 1, 1)) + 30)
    wild = replace(pose, positions_TMB2=pose.positions_TMB2.copy(), confidence_TMB=pose.confidence_TMB.copy())
    wild.positions_TMB2[12, 0, 0] = 90
    assert measure(wild, SETTINGS)[12, 4] == pytest.approx(0, abs=1e-6)  # it moves before and after
    assert measure(wild, SETTINGS)[11, 4] > 1
    wild.confidence_TMB[12, 0, 0] = 0.5
    np.testing.assert_allclose(measure(wild, SETTINGS), measure(pose, SETTINGS), atol=1e-5)
    wild.confidence_TMB[:, 0, 0] = 0.5
    with pytest.raises(PoseError, match="keypoint 'nose'"):
        measure(wild, SETTINGS)
