"""Measures bodies: distances, angles, areas, speeds and accelerations, in body lengths.

After Sturman et al. 2020 (Neuropsychopharmacology 45, 1942-1952), whose classifier reads such numbers of keypoints.
None of them depends on where in the picture the animal is, which way it looks, whether the picture is mirrored, or how
far the camera is.

Axes: T frames, M individuals, B keypoints, Q numbers.
"""

from __future__ import annotations

import numpy as np
from deg_core.api import Pose
from numpy.typing import NDArray

from deg_keypoints.settings import BodySettings

Floats = NDArray[np.float64]


def count_numbers(settings: BodySettings) -> int:
    """Q: how many numbers `measure` gives for each frame."""
    posture = len(settings.distances) + len(settings.angles) + len(settings.areas)
    n_pairs = settings.individuals * (settings.individuals - 1) // 2
    return settings.individuals * (posture + 2 * len(settings.moving) + 1) + 4 * n_pairs


def measure(pose: Pose, settings: BodySettings) -> NDArray[np.float32]:
    """Measure every frame of a recording.

    Args:
        pose: With the keypoints that the settings name, in that order, and a frame rate.
        settings: What is measured.

    Returns:
        For each animal distances, angles, areas, speeds, accelerations and how fast it turns (radians per second);
        then for each two animals the distances between their fronts and rears. Shape (T, Q), float32, finite.

    Raises:
        PoseError: A keypoint is never seen.
    """
    assert pose.frames_per_second is not None
    points_TMB2 = pose.interpolate(settings.least_confidence).astype(np.float64)
    at = {name: index for index, name in enumerate(settings.keypoints)}
    rear, front = (points_TMB2[:, :, at[name]] for name in settings.body)
    length = float(np.median(np.linalg.norm(front - rear, axis=-1)))
    points_TMB2 = points_TMB2 / length if length > 0 else np.zeros_like(points_TMB2)
    step = max(1, round(settings.step_s * pose.frames_per_second / 2))
    seconds = step / pose.frames_per_second
    animals = [_measure_one(points_TMB2[:, m], at, settings, step, seconds) for m in range(len(pose.individuals))]
    return np.concatenate([*animals, _between(points_TMB2, at, settings)], axis=1).astype(np.float32)


def _measure_one(points_TB2: Floats, at: dict[str, int], settings: BodySettings, step: int, seconds: float) -> Floats:
    def place(names: tuple[str, ...]) -> Floats:
        return points_TB2[:, [at[name] for name in names]]

    columns = [_norm(place(pair)[:, 1] - place(pair)[:, 0]) for pair in settings.distances]
    columns += [_angle(place(triple)) for triple in settings.angles]
    columns += [_area(place(polygon)) for polygon in settings.areas]
    speeds = [_change(place((name,))[:, 0], step) / (2 * seconds) for name in settings.moving]
    columns += [_norm(speed) for speed in speeds]
    columns += [_norm(_change(speed, step)) / (2 * seconds) for speed in speeds]
    axis_T2 = place(settings.body)[:, 1] - place(settings.body)[:, 0]
    columns.append(_turning(axis_T2, step) / (2 * seconds))
    return np.stack(columns, axis=1)


def _between(points_TMB2: Floats, at: dict[str, int], settings: BodySettings) -> Floats:
    """Distances of each two animals: rear to rear, rear to front, front to rear, front to front."""
    ends_TM22 = points_TMB2[:, :, [at[name] for name in settings.body]]
    n_animals = points_TMB2.shape[1]
    pairs = [(one, other) for one in range(n_animals) for other in range(one + 1, n_animals)]
    columns = [
        _norm(ends_TM22[:, one, a] - ends_TM22[:, other, b]) for one, other in pairs for a in (0, 1) for b in (0, 1)
    ]
    return np.stack(columns, axis=1) if columns else np.empty((len(points_TMB2), 0))


def _norm(vectors: Floats) -> Floats:
    return np.asarray(np.linalg.norm(vectors, axis=-1))


def _change(values: Floats, step: int) -> Floats:
    """What a value becomes `step` frames later, less what it was `step` before; at the ends over fewer frames."""
    frames = np.arange(len(values))
    later, earlier = np.minimum(frames + step, len(values) - 1), np.maximum(frames - step, 0)
    n_frames = np.maximum(later - earlier, 1).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray((values[later] - values[earlier]) * (2 * step / n_frames))


def _angle(corners_T32: Floats) -> Floats:
    """Angle at the second of three points, 0 to pi; 0 where two of them are one."""
    one, other = corners_T32[:, 0] - corners_T32[:, 1], corners_T32[:, 2] - corners_T32[:, 1]
    crossed = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return np.asarray(np.arctan2(np.abs(crossed), (one * other).sum(axis=-1)))


def _area(corners_TB2: Floats) -> Floats:
    x_TB, y_TB = corners_TB2[..., 0], corners_TB2[..., 1]
    crossed_TB = x_TB * np.roll(y_TB, -1, axis=1) - np.roll(x_TB, -1, axis=1) * y_TB
    return np.asarray(np.abs(crossed_TB.sum(axis=1)) / 2)


def _turning(axis_T2: Floats, step: int) -> Floats:
    """How far a direction turns over twice `step` frames, either way, radians."""
    angles = np.unwrap(np.arctan2(axis_T2[:, 1], axis_T2[:, 0]))
    return np.abs(_change(angles, step))
