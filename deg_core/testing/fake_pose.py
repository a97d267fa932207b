"""A stand-in for files of pose, and pose from which behaviours can be read.

In its world keypoint `red`, `green` or `blue` is right in the picture where the behaviour of its number is present, and
else left.

Axes: T frames, K behaviours, B keypoints.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deg_core.data.pose import Pose
from deg_core.data.timeline import Timeline
from deg_core.descriptors import NoSettings, PoseFormatPlugin
from deg_core.errors import PoseError

KEYPOINTS = ("red", "green", "blue")
_UNSURE = 0.05
"""Share of positions that are missing, and of those that should not be believed."""


def read_fake_pose(path: Path, settings: NoSettings, timeline: Timeline) -> Pose:
    """Read a line of keypoints and, for every frame, a line of x, y and confidence of each, separated by tabs."""
    del settings
    try:
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        names = tuple(header.split("\t"))
        table_TB3 = np.array([[float(each) for each in row.split("\t")] for row in rows], dtype=np.float32)
        table_TB3 = table_TB3.reshape(timeline.n_frames, len(names), 3)
        return Pose(names, ("animal",), table_TB3[:, None, :, :2], table_TB3[:, None, :, 2])
    except (OSError, ValueError) as error:
        raise PoseError(f"not positions: {error}", where=str(path), fix="write x, y, confidence") from None


def write_fake_pose(path: Path, pose: Pose) -> None:
    """Write what `read_fake_pose` reads, of the first animal."""
    table_TB3 = np.concatenate([pose.positions_TMB2[:, 0], pose.confidence_TMB[:, 0, :, None]], axis=-1)
    rows = ["\t".join(repr(float(value)) for value in row.ravel()) for row in table_TB3]
    path.write_text("\n".join(["\t".join(pose.keypoints), *rows]) + "\n", encoding="utf-8")


def draw_pose(marks: NDArray[np.int8], rng: np.random.Generator, size: int) -> Pose:
    """A pose of the fakes' world; some positions are missing, and as many lie on the wrong side and are unsure.

    Args:
        marks: 1 present, else not; shape (T, K), K at most 3.
        rng: From which it is drawn.
        size: Height and width of the picture, pixels.
    """
    is_right = np.zeros((len(marks), 3), dtype=np.bool_)
    is_right[:, : marks.shape[1]] = marks == 1
    unsure = rng.random(is_right.shape) < _UNSURE
    positions_TB2 = np.full((*is_right.shape, 2), size / 2, dtype=np.float32)
    positions_TB2[..., 0] = np.where(is_right ^ unsure, size - 2, 1) + rng.random(is_right.shape)
    positions_TB2[(rng.random(is_right.shape) < _UNSURE) & ~unsure] = np.nan
    confidence_TB = np.where(unsure, 0.1, 0.9).astype(np.float32)
    return Pose(KEYPOINTS, ("animal",), positions_TB2[:, None], confidence_TB[:, None], 30.0, (size, size))


fake_pose = PoseFormatPlugin(
    name="fake-pose",
    summary="a line of x, y and confidence for every frame",
    settings=NoSettings,
    suffixes=(".pose",),
    read=read_fake_pose,
)
