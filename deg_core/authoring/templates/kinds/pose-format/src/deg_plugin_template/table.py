"""A line of keypoints, then for every frame a line of x, y and confidence of each; separated by tabs.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import NoSettings, Pose, PoseError, Timeline


def read_table(path: Path, settings: NoSettings, timeline: Timeline) -> Pose:
    """Read the pose of one animal.

    Args:
        path: The file; what is missing is `nan` in it.
        settings: None.
        timeline: The recording's frame times; the rows must be as many.

    Raises:
        PoseError: It is no such table, or of another recording.
    """
    try:
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        keypoints = tuple(header.split("\t"))
        table_TB3 = np.array([[float(each) for each in row.split("\t")] for row in rows], dtype=np.float32)
        table_TB3 = table_TB3.reshape(timeline.n_frames, len(keypoints), 3)
        return Pose(keypoints, ("animal",), table_TB3[:, None, :, :2], table_TB3[:, None, :, 2])
    except (OSError, ValueError) as error:
        fix = "write x, y and confidence of every keypoint, a line for every frame"
        raise PoseError(f"not positions: {error}", where=str(path), fix=fix) from None
