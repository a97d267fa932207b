"""SLEAP's analysis files: tracks in HDF5, in MATLAB's order of axes. The older ones have no scores.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import Pose, Timeline

from deg_keypoints.settings import AnimalsSettings
from deg_keypoints.tables import fit_pose, reading_hdf5, refuse


def read(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`. A track without a name is `track-1` and so on."""
    with reading_hdf5(path) as file:
        if "tracks" not in file or "node_names" not in file:
            raise refuse(path, "holds no tracks of SLEAP")
        tracks_M2BT = np.asarray(file["tracks"], dtype=np.float64)
        keypoints = _texts(file["node_names"][:])
        individuals = _texts(file["track_names"][:]) if "track_names" in file else ()
        scores_MBT = np.asarray(file["point_scores"], dtype=np.float64) if "point_scores" in file else None
    if tracks_M2BT.ndim != 4 or tracks_M2BT.shape[1:3] != (2, len(keypoints)):
        raise refuse(path, f"tracks of shape {tracks_M2BT.shape} for {len(keypoints)} keypoints")
    if len(individuals) != len(tracks_M2BT):
        individuals = tuple(f"track-{index + 1}" for index in range(len(tracks_M2BT)))
    positions_TMB2 = tracks_M2BT.transpose(3, 0, 2, 1)
    confidence_TMB = np.full(positions_TMB2.shape[:-1], np.nan)
    if scores_MBT is not None:
        if scores_MBT.shape != confidence_TMB.transpose(1, 2, 0).shape:
            raise refuse(path, f"scores of shape {scores_MBT.shape}")
        confidence_TMB = scores_MBT.transpose(2, 0, 1)
    pose = fit_pose(path, keypoints, individuals, positions_TMB2, confidence_TMB, timeline)
    return pose.choose_individuals(settings.individuals, where=str(path))


def _texts(names: np.ndarray) -> tuple[str, ...]:
    return tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names)
