"""Pose of mice as JABS keeps it in HDF5: rows before columns, a slot per detection, and from version 4 who it is.

Axes: T frames, L slots, M individuals, B = 12 keypoints.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from deg_core.api import Pose, Timeline
from numpy.typing import NDArray

from deg_keypoints.settings import AnimalsSettings
from deg_keypoints.tables import fit_pose, reading_hdf5, refuse

KEYPOINTS = (
    *("NOSE", "LEFT_EAR", "RIGHT_EAR", "BASE_NECK", "LEFT_FRONT_PAW", "RIGHT_FRONT_PAW", "CENTER_SPINE"),
    *("LEFT_REAR_PAW", "RIGHT_REAR_PAW", "BASE_TAIL", "MID_TAIL", "TIP_TAIL"),
)


def read(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`. Goes by what is there, since files of version 5 say that they are of version 3."""
    with reading_hdf5(path) as file:
        if "poseest" not in file:
            raise refuse(path, "holds no pose of JABS")
        group = file["poseest"]
        points, sure = group["points"][:], group["confidence"][:].astype(np.float64)
        if points.shape[-2:] != (len(KEYPOINTS), 2) or sure.shape != points.shape[:-1] or points.ndim not in {3, 4}:
            raise refuse(path, f"points of shape {points.shape} and confidence of {sure.shape}")
        if points.ndim == 3:
            names, points_TMB2, sure_TMB = ("animal",), points[:, None], sure[:, None]
        else:
            who_TL = _identities(path, group)
            names = tuple(f"mouse-{number}" for number in range(1, int(who_TL.max(initial=0)) + 1))
            points_TMB2, sure_TMB = _by_identity(points, who_TL, len(names)), _by_identity(sure, who_TL, len(names))
    positions_TMB2 = points_TMB2[..., ::-1].astype(np.float64)
    positions_TMB2[sure_TMB == 0] = np.nan
    pose = fit_pose(path, KEYPOINTS, names, positions_TMB2, np.where(sure_TMB == 0, np.nan, sure_TMB), timeline)
    return pose.choose_individuals(settings.individuals, where=str(path))


def _identities(path: Path, group: h5py.Group) -> NDArray[np.int64]:
    """Which animal is in each slot, from 1; 0 where none or nobody knows; shape (T, L)."""
    if "instance_embed_id" not in group or "instance_id_center" not in group:
        raise refuse(
            path,
            "tells pieces of tracks, and not which mouse each belongs to (before version 4)",
            "track it with a newer version, so that it has identities",
        )
    who_TL = group["instance_embed_id"][:].astype(np.int64)
    lost = who_TL > len(group["instance_id_center"])
    if "id_mask" in group:
        lost |= group["id_mask"][:]
    return np.where(lost, 0, who_TL)


def _by_identity(slots: NDArray[np.generic], who_TL: NDArray[np.int64], n_animals: int) -> NDArray[np.generic]:
    """Turn slots (T, L, ...) into animals (T, M, ...), 0 where an animal is in none."""
    animals = np.zeros((len(slots), n_animals, *slots.shape[2:]), dtype=slots.dtype)
    frames, places = np.nonzero(who_TL)
    animals[frames, who_TL[frames, places] - 1] = slots[frames, places]
    return animals
