"""Numbers of any file as a pose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deg_core.api import PoseError, Timeline

from deg_keypoints.tables import fit_pose

CLIP = Timeline.regular("clip", 3, 30.0)


def fit(position: float, confidence: float):
    positions, sure = np.full((3, 1, 1, 2), 5.0), np.full((3, 1, 1), confidence)
    positions[1, 0, 0, 0] = position
    return fit_pose(Path("day.csv"), ["nose"], ["m1"], positions, sure, CLIP)


def test_positions_too_large_for_a_float_are_refused_without_a_warning():
    with pytest.raises(PoseError, match="infinite"):
        fit(1e40, 0.5)


def test_confidence_is_cut_to_shares():
    assert (fit(5.0, 1e40).confidence_TMB == 1).all()
    assert (fit(5.0, -2).confidence_TMB == 0).all()


def test_a_position_with_one_coordinate_is_missing():
    positions = fit(np.nan, 0.5).positions_TMB2
    assert np.isnan(positions[1]).all()
    assert (positions[[0, 2]] == 5).all()
