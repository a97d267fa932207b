from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deg_core.api import Pose, PoseError
from deg_plugins_features.posture import N_FEATURES, POINTS, align, standardise, tell_posture

MOUSE = np.array([[8, 0], [6, 1], [6, -1], [2, 1.5], [2, -1.5], [0, 0], [-6, 0]], dtype=np.float64)
"""Nose ahead on +x, tail straight back, seen from the tail base."""


def pose_of(positions_TB2: np.ndarray, confidence: float = 1.0, size: tuple[int, int] = (50, 100)) -> Pose:
    positions = positions_TB2.astype(np.float32)[:, None]
    return Pose(POINTS, ("mouse",), positions, np.full(positions.shape[:-1], confidence, np.float32), 30.0, size)


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def raw(monkeypatch: pytest.MonkeyPatch, positions_TB2: np.ndarray) -> np.ndarray:
    """The numbers before they are z-scored."""
    monkeypatch.setattr("deg_plugins_features.posture.standardise", lambda values: values)
    return tell_posture(pose_of(positions_TB2), 0.9)


def test_the_44_numbers_are_those_of_the_published_system(monkeypatch: pytest.MonkeyPatch) -> None:
    values = raw(monkeypatch, (MOUSE + 50)[None])[0]
    assert len(values) == N_FEATURES == 44
    np.testing.assert_allclose(values[:4], 2 * np.array([58, 50, 56, 51]) / 100 - 1, rtol=1e-5)
    np.testing.assert_allclose(values[14:16], 2 * np.array([54, 50]) / 100 - 1, rtol=1e-5)  # centroid of the paws
    np.testing.assert_allclose(values[16:32].reshape(8, 2)[:7], MOUSE / 50, atol=1e-6)
    np.testing.assert_allclose(values[32], 0, atol=1e-6)
    np.testing.assert_allclose(values[33:37], np.arctan2([1, -1, 1.5, -1.5], [2, 2, -2, -2]), rtol=1e-5)
    fore_to_hind, fore_to_nose = np.hypot(4, 0.5), np.hypot(2, 1)
    np.testing.assert_allclose(values[37:43] * 50, [8, 6, fore_to_hind, fore_to_nose, 2, 3], rtol=1e-5)
    outline = [(8, 0), (6, -1), (2, -1.5), (0, 0), (2, 1.5), (6, 1)]
    x, y = np.array(outline).T
    area = abs(sum(x[i] * y[(i + 1) % 6] - x[(i + 1) % 6] * y[i] for i in range(6))) / 2
    np.testing.assert_allclose(values[43] * 50**2, area, rtol=1e-5)


def test_what_is_seen_from_the_mouse_does_not_depend_on_where_it_is_and_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    poses = np.stack([turned(MOUSE, angle) + shift for angle, shift in ((0, 50), (2.5, 30), (-1.7, 60))])
    values = raw(monkeypatch, poses)
    np.testing.assert_allclose(values[1:, 16:], np.tile(values[:1, 16:], (2, 1)), atol=1e-5)
    assert not np.allclose(values[1, :16], values[0, :16])


def test_a_tail_to_the_left_and_to_the_right_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = MOUSE.copy(), MOUSE.copy()
    left[6], right[6] = (-6, 1), (-6, -1)
    angles = raw(monkeypatch, np.stack([MOUSE, left, right]) + 50)[:, 32]
    np.testing.assert_allclose(angles, [0, -np.arctan(1 / 6), np.arctan(1 / 6)], atol=1e-6)


def test_a_nose_on_the_tail_base_has_no_direction_and_does_no_harm() -> None:
    points = MOUSE[None].copy()
    points[0, 0] = 0
    assert np.isfinite(align(points)).all()


def test_numbers_are_z_scored_over_the_recording() -> None:
    rng = np.random.default_rng(0)
    seen = tell_posture(pose_of(MOUSE + 50 + rng.normal(0, 1, (400, 7, 2))), 0.9)
    np.testing.assert_allclose(seen.mean(axis=0), 0, atol=1e-5)
    varying = np.delete(seen, [26, 27, 17], axis=1)  # the tail base seen from itself, and the nose's y, never change
    np.testing.assert_allclose(varying.std(axis=0), 1, atol=1e-5)
    assert (seen[:, [26, 27, 17]] == 0).all()


def test_what_never_changes_is_0() -> None:
    assert (standardise(np.full((5, 2), 1e6)) == 0).all()


def test_a_point_without_confidence_is_interpolated_and_low_coordinates_are_kept() -> None:
    """The published system compared coordinates, normalised to -1..1, with its threshold of confidence."""
    moving = np.stack([MOUSE + 10 + frame for frame in range(20)])
    sure = pose_of(moving)
    wild = replace(sure, positions_TMB2=sure.positions_TMB2.copy(), confidence_TMB=sure.confidence_TMB.copy())
    wild.positions_TMB2[7, 0, 2] = 99
    assert not np.allclose(tell_posture(wild, 0.9), tell_posture(sure, 0.9), atol=1e-2)
    wild.confidence_TMB[7, 0, 2] = 0.89
    np.testing.assert_allclose(tell_posture(wild, 0.9), tell_posture(sure, 0.9), atol=1e-4)


def test_a_keypoint_nobody_is_sure_of_is_refused() -> None:
    with pytest.raises(PoseError, match="keypoint 'nose'"):
        tell_posture(pose_of(MOUSE[None] + 50, confidence=0.5), 0.9)
