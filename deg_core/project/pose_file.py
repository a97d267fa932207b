"""The pose of a recording in the project: one HDF5 file, whatever program tracked it.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from deg_core.data.hdf5 import HDF5_ERRORS, open_hdf5, read_stored
from deg_core.data.pose import Pose
from deg_core.data.whole_file import writing_beside
from deg_core.errors import PoseError

FORMAT = 1


def save_pose(path: Path, pose: Pose) -> None:
    """Write a pose whose rate and picture size are known, in one step."""
    with writing_beside(path) as part, h5py.File(part, "w") as file:
        file.attrs["deg_format"] = FORMAT
        file.attrs["frames_per_second"], file.attrs["picture_size"] = pose.frames_per_second, pose.picture_size
        file.attrs["keypoints"], file.attrs["individuals"] = list(pose.keypoints), list(pose.individuals)
        file.create_dataset("positions", data=pose.positions_TMB2, compression="gzip")
        file.create_dataset("confidence", data=pose.confidence_TMB, compression="gzip")


def load_pose(path: Path) -> Pose:
    """Read it.

    Raises:
        PoseError: The file is missing or damaged.
    """
    try:
        with open_hdf5(path) as file:
            height, width = (int(side) for side in file.attrs["picture_size"])
            rate = float(file.attrs["frames_per_second"])
            if min(height, width) < 1 or not 0 < rate < np.inf:
                raise ValueError(f"pictures of {height} x {width} pixels at {rate} Hz")
            return Pose(
                keypoints=tuple(str(name) for name in file.attrs["keypoints"]),
                individuals=tuple(str(name) for name in file.attrs["individuals"]),
                positions_TMB2=read_stored(file["positions"]),
                confidence_TMB=read_stored(file["confidence"]),
                frames_per_second=rate,
                picture_size=(height, width),
            )
    except HDF5_ERRORS as error:
        problem = next(iter(str(error).splitlines()), "")
        raise PoseError(f"damaged: {problem}", where=str(path), fix="import the pose again: deg import-pose") from error
