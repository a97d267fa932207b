"""Pose of a black and a white mouse as MARS writes it, and as CalMS21 has it.

Axes: T frames, M = 2 mice, B = 7 keypoints.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from deg_core.api import Pose, Timeline

from deg_keypoints.settings import AnimalsSettings
from deg_keypoints.tables import fit_pose, refuse

KEYPOINTS = ("nose", "left_ear", "right_ear", "neck", "left_hip", "right_hip", "tail_base")
MICE = ("resident", "intruder")
"""In the order of the file. MARS tracks the black mouse first, which in its experiments is the resident."""


def read(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        points_TM2B = np.array(loaded["keypoints"], dtype=np.float64)
        scores_TMB = np.array(loaded["scores"], dtype=np.float64)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise refuse(path, f"no pose of MARS: {error!r}") from None
    if points_TM2B.shape[1:] != (2, 2, 7) or scores_TMB.shape != (len(points_TM2B), 2, 7):
        raise refuse(path, f"keypoints of shape {points_TM2B.shape} and scores of {scores_TMB.shape}")
    pose = fit_pose(path, KEYPOINTS, MICE, points_TM2B.transpose(0, 1, 3, 2), scores_TMB, timeline)
    return pose.choose_individuals(settings.individuals, where=str(path))
