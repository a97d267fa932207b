"""JABS has keypoints of its own, so that the contract's poses cannot be written; what it asks is tried here."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core.api import PoseError, Timeline

from deg_keypoints.jabs_h5 import KEYPOINTS
from deg_keypoints.plugin import jabs_h5


def read(path: Path, n_frames: int, **settings):
    return jabs_h5.read(path, jabs_h5.settings(**settings), Timeline.regular("clip", n_frames, 30.0))


def write(path: Path, **datasets) -> Path:
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[f"poseest/{name}"] = values
    return path


def numbered(*shape: int) -> np.ndarray:
    return np.arange(1, np.prod(shape) + 1).reshape(shape).astype(np.uint16)


def test_one_mouse_is_read_rows_before_columns_and_missing_where_nobody_is_sure(tmp_path):
    points, confidence = numbered(3, 12, 2), np.full((3, 12), 0.5, np.float32)
    confidence[1, 4], confidence[2, 0] = 0, 1.04
    pose = read(write(tmp_path / "a.h5", points=points, confidence=confidence), 3)
    assert (pose.keypoints, pose.individuals) == (KEYPOINTS, ("animal",))
    assert pose.positions_TMB2[0, 0, 0].tolist() == [2, 1]
    assert np.isnan(pose.positions_TMB2[1, 0, 4]).all()
    assert np.isnan(pose.positions_TMB2).sum() == 2
    assert pose.confidence_TMB[2, 0, 0] == 1


def test_several_mice_are_told_apart_by_identity_and_not_by_slot(tmp_path):
    who = np.array([[2, 1, 0], [1, 2, 9], [0, 2, 1]])
    points = numbered(3, 3, 12, 2)
    path = write(
        tmp_path / "a.h5",
        points=points,
        confidence=np.full((3, 3, 12), 0.7, np.float32),
        instance_embed_id=who,
        instance_id_center=np.zeros((2, 4)),
        id_mask=np.array([[False, False, True], [False, False, True], [True, True, False]]),
    )
    pose = read(path, 3)
    assert pose.individuals == ("mouse-1", "mouse-2")
    assert pose.positions_TMB2[:, 0, 0].tolist() == [
        points[f, s, 0, ::-1].tolist() for f, s in ((0, 1), (1, 0), (2, 2))
    ]
    assert pose.positions_TMB2[:2, 1, 0].tolist() == [points[f, s, 0, ::-1].tolist() for f, s in ((0, 0), (1, 1))]
    assert np.isnan(pose.positions_TMB2[2, 1]).all()  # masked
    assert read(path, 3, individuals=("mouse-2",)).individuals == ("mouse-2",)


@pytest.mark.parametrize("content", [b"", b"no HDF5"])
def test_what_it_does_not_know_is_refused(tmp_path, content):
    path = tmp_path / "a.h5"
    path.write_bytes(content)
    with pytest.raises(PoseError):
        read(path, 3)
    with pytest.raises(PoseError):
        read(tmp_path / "gone.h5", 3)


def test_another_layout_or_length_is_refused(tmp_path):
    for datasets, problem in (
        ({"points": numbered(3, 11, 2), "confidence": np.ones((3, 11))}, "points of shape"),
        ({"points": numbered(3, 12, 2)}, "cannot be read"),
        ({"points": numbered(4, 12, 2), "confidence": np.ones((4, 12))}, "pose of 4 frames, the recording has 3"),
    ):
        with pytest.raises(PoseError, match=problem):
            read(write(tmp_path / "a.h5", **datasets), 3)


def test_published_files_mean_what_is_known_of_them(samples):
    mouse = read(samples / "jabs_pose_est_v2.h5", 1800)
    assert mouse.positions_TMB2[0, 0, :2].tolist() == [[125, 93], [118, 77]]
    with pytest.raises(PoseError, match="pieces of tracks"):
        read(samples / "jabs_pose_est_v3.h5", 1800)
    three = read(samples / "jabs_pose_est_v5.h5", 1800)
    assert three.individuals == ("mouse-1", "mouse-2", "mouse-3")
    with h5py.File(samples / "jabs_pose_est_v5.h5") as file:
        assert file["poseest/instance_embed_id"][0, :3].tolist() == [2, 1, 3]
        first = file["poseest/points"][0, 1, 3][::-1]
    assert three.positions_TMB2[0, 0, 3].tolist() == first.tolist()
