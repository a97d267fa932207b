"""Keypoints of one animal as a table: two columns for each, in pixels.

Axes: T frames, M animals, B keypoints, X columns.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from deg_core.api import NoSettings, Pose, PoseError, Timeline


def read_points(path: Path, settings: NoSettings, timeline: Timeline) -> Pose:
    try:
        header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        table_TX = np.array([[float(cell or "nan") for cell in row] for row in rows], dtype=np.float32)
        keypoints = tuple(name.removesuffix("_x") for name in header[::2])
        if header != [f"{name}_{axis}" for name in keypoints for axis in "xy"]:
            raise ValueError("columns are not NAME_x and NAME_y in turn")
        positions_TMB2 = table_TX.reshape(len(rows), 1, len(keypoints), 2)
        pose = Pose(keypoints, ("animal",), positions_TMB2, np.full(positions_TMB2.shape[:-1], np.nan, np.float32))
    except (OSError, ValueError, csv.Error) as error:
        raise PoseError(f"no table of keypoints: {error}", where=str(path), fix="save it again as CSV") from None
    if pose.n_frames != timeline.n_frames:
        problem = f"{pose.n_frames} rows for {timeline.n_frames} frames"
        raise PoseError(problem, where=str(path), fix="write a row for every frame")
    return pose
