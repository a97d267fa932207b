from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deg_core.errors import PoseError
from deg_core.project.pose_file import load_pose, save_pose
from deg_core.testing.fake_pose import draw_pose


def test_a_pose_is_read_as_it_was_written(tmp_path: Path) -> None:
    pose = draw_pose(np.eye(3, dtype=np.int8), np.random.default_rng(0), 16)
    save_pose(tmp_path / "deep" / "pose.h5", pose)
    read = load_pose(tmp_path / "deep" / "pose.h5")
    assert (read.keypoints, read.individuals) == (pose.keypoints, pose.individuals)
    assert (read.frames_per_second, read.picture_size) == (30.0, (16, 16))
    np.testing.assert_array_equal(read.positions_TMB2, pose.positions_TMB2)
    np.testing.assert_array_equal(read.confidence_TMB, pose.confidence_TMB)


def test_the_same_pose_is_the_same_file(tmp_path: Path) -> None:
    """Runs remember the digest of what they saw."""
    pose = draw_pose(np.eye(3, dtype=np.int8), np.random.default_rng(0), 16)
    for name in ("a", "b"):
        save_pose(tmp_path / name, pose)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "pose.h5"
    for content in (None, b"no HDF5"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(PoseError, match="damaged") as caught:
            load_pose(path)
        assert "deg import-pose" in caught.value.fix
