"""What readers of pose files share: opening HDF5, fitting frames to the recording, and refusing.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
from deg_core.api import HDF5_ERRORS, Pose, PoseError, Timeline, open_hdf5
from numpy.typing import NDArray


def refuse(path: Path, problem: str, fix: str = "is it a file of this format? then export it again") -> PoseError:
    """The error for a file that cannot be read."""
    return PoseError(problem, where=str(path), fix=fix)


@contextmanager
def reading_hdf5(path: Path) -> Iterator[h5py.File]:
    """Open an HDF5 file; whatever is missing or damaged in it is refused.

    Raises:
        PoseError: It is missing, no HDF5, or lacks something.
    """
    try:
        with open_hdf5(path) as file:
            yield file
    except HDF5_ERRORS as error:
        raise refuse(path, f"cannot be read: {str(error).splitlines()[0] if str(error) else repr(error)}") from None


def fit_pose(
    path: Path,
    keypoints: Sequence[str],
    individuals: Sequence[str],
    positions_TMB2: NDArray[np.floating],
    confidence_TMB: NDArray[np.floating],
    timeline: Timeline,
) -> Pose:
    """A pose of the recording's frames from one of the file's, which has to be as long.

    Args:
        path: The file, for messages.
        keypoints: Names.
        individuals: Names.
        positions_TMB2: Pixels; NaN where missing, one coordinate or both.
        confidence_TMB: Any numbers, which are cut to 0..1; NaN where unknown.
        timeline: The recording.

    Raises:
        PoseError: It is of other than the recording's frames, or a name is there twice.
    """
    if len(positions_TMB2) != timeline.n_frames:
        raise refuse(
            path,
            f"pose of {len(positions_TMB2)} frames, the recording has {timeline.n_frames}",
            "check that the file belongs to this recording and that neither was cut",
        )
    with np.errstate(over="ignore"):  # what is too large for a float is refused as infinite
        positions = np.array(positions_TMB2, dtype=np.float32)
        confidence = np.clip(np.array(confidence_TMB, dtype=np.float32), 0, 1)
    positions[np.isnan(positions).any(axis=-1)] = np.nan
    try:
        return Pose(tuple(keypoints), tuple(individuals), positions, confidence)
    except ValueError as error:
        raise refuse(path, str(error)) from None
