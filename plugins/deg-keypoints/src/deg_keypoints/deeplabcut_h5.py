"""DeepLabCut's pose as pandas keeps it in HDF5: a table whose columns are named in a pickle.

The names are plain texts in tuples in a list, so they are unpickled with no names of classes allowed: nothing is run.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from deg_core.api import Pose, Timeline

from deg_keypoints.settings import AnimalsSettings
from deg_keypoints.tables import fit_pose, reading_hdf5, refuse

_ANIMAL = "animal"
_COORDINATES = ("x", "y", "likelihood")


class _PlainUnpickler(pickle.Unpickler):
    """Reads lists, tuples, texts and numbers."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        """Refuse whatever has a class.

        Raises:
            UnpicklingError: Always.
        """
        raise pickle.UnpicklingError(f"names of columns that want {module_name}.{global_name}")


def read(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    with reading_hdf5(path) as file:
        group = next((file[key] for key in ("df_with_missing", "tracks") if key in file), None)
        if not isinstance(group, h5py.Group) or "table" not in group:
            raise refuse(path, "holds no table of DeepLabCut")
        table = group["table"][:]
        if table.dtype["index"].kind not in "iu":
            raise refuse(path, "annotations of single pictures are no pose of a video")
        columns = _columns(path, group["table"])
        values = table["values_block_0"]
    if values.shape[1:] != (len(columns),):
        raise refuse(path, f"{len(columns)} names for {values.shape[1:]} columns")
    frames = table["index"].astype(np.int64)
    if not np.array_equal(frames, np.arange(len(frames))):
        raise refuse(path, "frames are not numbered 0, 1, 2 and so on")
    individuals = tuple(dict.fromkeys(name for name, _, _ in columns))
    keypoints = tuple(dict.fromkeys(name for _, name, _ in columns))
    table_TMB3 = np.full((len(frames), len(individuals), len(keypoints), 3), np.nan)
    for column, (individual, keypoint, coordinate) in enumerate(columns):
        if coordinate in _COORDINATES:
            place = individuals.index(individual), keypoints.index(keypoint), _COORDINATES.index(coordinate)
            table_TMB3[(slice(None), *place)] = values[:, column]
    pose = fit_pose(path, keypoints, individuals, table_TMB3[..., :2], table_TMB3[..., 2], timeline)
    return pose.choose_individuals(settings.individuals, where=str(path))


def _columns(path: Path, table: Any) -> list[tuple[str, str, str]]:
    """Individual, keypoint and coordinate of each column."""
    try:
        names = _PlainUnpickler(io.BytesIO(bytes(table.attrs["values_block_0_kind"]))).load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError) as error:
        raise refuse(path, f"its columns have no plain names: {error}") from None
    if not isinstance(names, list) or not all(isinstance(name, tuple) and len(name) in {3, 4} for name in names):
        raise refuse(path, "its columns are not those of DeepLabCut")
    if len(set(names)) < len(names):
        raise refuse(path, "a keypoint is there twice")
    # scorer, [individual,] keypoint, coordinate
    return [(str(name[1]) if len(name) == 4 else _ANIMAL, str(name[-2]), str(name[-1])) for name in names]
