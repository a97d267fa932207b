"""The 44 numbers that DeepEthogram tells of a mouse's posture, from seven keypoints.

Axes: T frames, B points: the keypoints in the order of `POINTS`, and after them the centroid of the paws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deg_core.api import Pose

POINTS = ("nose", "left_forepaw", "right_forepaw", "left_hindpaw", "right_hindpaw", "tail_base", "tail_tip")
N_FEATURES = 44

_NOSE, _PAWS, _TAIL_BASE, _TAIL_TIP, _CENTROID = 0, slice(1, 5), 5, 6, 7
_OUTLINE = [0, 2, 4, 5, 3, 1]
"""Once around the body: nose, right paws, tail base, left paws."""

Floats = NDArray[np.float64]


def tell_posture(pose: Pose, least_confidence: float) -> NDArray[np.float32]:
    """Tell the posture in each frame, z-scored over the recording.

    Args:
        pose: Of one animal, with the keypoints of `POINTS` under whatever names, in that order.
        least_confidence: Confidence below which a position is interpolated in time.

    Returns:
        Coordinates of all points in the picture, from -1 to 1 along its longer side (16); seen from the tail base with
        the nose ahead (16); angle of the tail against straight back, and of the paws around their centroid (5,
        radians); distances (6) and area (1) of the body. What never changes is 0. Shape (T, 44), float32.

    Raises:
        PoseError: A keypoint is never seen with so much confidence.
    """
    assert pose.picture_size is not None
    positions_TB2 = pose.interpolate(least_confidence)[:, 0].astype(np.float64)
    points_TB2 = 2 * positions_TB2 / max(pose.picture_size) - 1
    points_TB2 = np.concatenate([points_TB2, points_TB2[:, _PAWS].mean(axis=1, keepdims=True)], axis=1)
    aligned_TB2 = align(points_TB2)
    n_frames = len(points_TB2)
    parts = [points_TB2.reshape(n_frames, -1), aligned_TB2.reshape(n_frames, -1), _angles(aligned_TB2)]
    parts += [_distances(points_TB2), _area(points_TB2[:, _OUTLINE])[:, None]]
    return standardise(np.concatenate(parts, axis=1))


def align(points_TB2: Floats) -> Floats:
    """The same points seen from the tail base, with the nose ahead, on +x; shape (T, B, 2)."""
    seen_TB2 = points_TB2 - points_TB2[:, [_TAIL_BASE]]
    ahead_T2 = seen_TB2[:, _NOSE]
    length_T1 = np.linalg.norm(ahead_T2, axis=1, keepdims=True)
    cos_T, sin_T = np.divide(ahead_T2, length_T1, out=np.tile([1.0, 0.0], (len(seen_TB2), 1)), where=length_T1 > 0).T
    x_TB, y_TB = seen_TB2[..., 0], seen_TB2[..., 1]
    return np.stack(
        [x_TB * cos_T[:, None] + y_TB * sin_T[:, None], y_TB * cos_T[:, None] - x_TB * sin_T[:, None]], axis=-1
    )


def _angles(aligned_TB2: Floats) -> Floats:
    """Of the tail against straight back, and of the paws around their centroid against straight ahead; (T, 5)."""
    back_T2 = -aligned_TB2[:, _TAIL_TIP]  # a straight tail is at 0, far from where angles jump
    paws_T42 = aligned_TB2[:, _PAWS] - aligned_TB2[:, [_CENTROID]]
    arms_T52 = np.concatenate([back_T2[:, None], paws_T42], axis=1)
    return np.asarray(np.arctan2(arms_T52[..., 1], arms_T52[..., 0]))


def _distances(points_TB2: Floats) -> Floats:
    """Nose to tail base, tail, fore- to hindpaws, forepaws to nose, between forepaws, between hindpaws; (T, 6)."""
    pairs = (((0, 5),), ((5, 6),), ((1, 3), (2, 4)), ((1, 0), (2, 0)), ((1, 2),), ((3, 4),))
    lengths = [[np.linalg.norm(points_TB2[:, a] - points_TB2[:, b], axis=1) for a, b in each] for each in pairs]
    return np.stack([np.mean(each, axis=0) for each in lengths], axis=1)


def _area(outline_TB2: Floats) -> Floats:
    """Area of a polygon; shape (T,)."""
    x_TB, y_TB = outline_TB2[..., 0], outline_TB2[..., 1]
    crossed_TB = x_TB * np.roll(y_TB, -1, axis=1) - np.roll(x_TB, -1, axis=1) * y_TB
    return np.asarray(np.abs(crossed_TB.sum(axis=1)) / 2)


def standardise(values_TQ: Floats) -> NDArray[np.float32]:
    """z-score each column over all frames; one that never changes is 0."""
    spread = values_TQ.std(axis=0)
    centred_TQ = values_TQ - values_TQ.mean(axis=0)
    changes = spread > 1e-9 * np.abs(values_TQ).max(axis=0, initial=1)
    scaled_TQ = np.divide(centred_TQ, spread, out=np.zeros_like(values_TQ), where=changes)
    return np.asarray(scaled_TQ, dtype=np.float32)
