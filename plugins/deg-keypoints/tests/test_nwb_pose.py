"""Pose in NWB files: by contract, as pynwb and ndx-pose write it, and what is refused."""

from __future__ import annotations

import warnings
from datetime import datetime, timezone
from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core.api import Pose, PoseError, Timeline
from deg_core.testing import PoseFormatContract

from deg_keypoints.plugin import nwb_pose


class TestNwbPose(PoseFormatContract):
    plugin = nwb_pose

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_nwb(path, pose)


def write_nwb(path: Path, pose: Pose, prefix: str = "") -> None:
    """The layout of ndx-pose 0.4."""
    with h5py.File(path, "w") as file:
        skeleton = file.create_group("processing/behavior/Skeletons/body")
        skeleton["nodes"] = [name.encode() for name in pose.keypoints]
        for m, animal in enumerate(pose.individuals):
            group = file.create_group(f"processing/behavior/{animal}")
            group.attrs["neurodata_type"] = "PoseEstimation"
            group["skeleton"] = h5py.SoftLink(skeleton.name)
            for b, keypoint in enumerate(pose.keypoints):
                series = group.create_group(prefix + keypoint)
                series.attrs["neurodata_type"] = "PoseEstimationSeries"
                series["data"] = pose.positions_TMB2[:, m, b]
                series["data"].attrs.update({"unit": "pixels", "conversion": 1.0, "offset": 0.0})
                series["confidence"] = pose.confidence_TMB[:, m, b]


def tiny(individuals=("m",)) -> Pose:
    shape = (3, len(individuals), 2)
    positions = np.arange(np.prod(shape) * 2, dtype=np.float32).reshape(*shape, 2)
    return Pose(("nose", "tail"), tuple(individuals), positions, np.full(shape, 0.5, np.float32))


def read(path: Path, **settings) -> Pose:
    return nwb_pose.read(path, nwb_pose.settings(**settings), Timeline.regular("clip", 3, 30.0))


@pytest.mark.parametrize("prefix", ["PoseEstimationSeries", "m1_"])
def test_keypoints_are_called_as_in_the_skeleton(tmp_path, prefix):
    write_nwb(tmp_path / "a.nwb", tiny(), prefix)
    assert read(tmp_path / "a.nwb").keypoints == ("nose", "tail")


def test_one_of_two_animals_may_be_chosen(tmp_path):
    pose = tiny(("m", "n"))
    write_nwb(tmp_path / "a.nwb", pose)
    chosen = read(tmp_path / "a.nwb", individuals=("n",))
    np.testing.assert_array_equal(chosen.positions_TMB2[:, 0], pose.positions_TMB2[:, 1])


def changed(path: Path, change) -> Path:
    """A written file, after something was done to it."""
    write_nwb(path, tiny())
    with h5py.File(path, "r+") as file:
        change(file["processing/behavior/m"])
    return path


def test_stored_numbers_become_pixels_by_their_scale_and_offset(tmp_path):
    def scale(group):
        group["nose/data"].attrs.update({"conversion": 0.5, "offset": 10.0})

    expected = tiny().positions_TMB2[:, 0]
    found = read(changed(tmp_path / "a.nwb", scale)).positions_TMB2[:, 0]
    np.testing.assert_array_equal(found[:, 0], expected[:, 0] * 0.5 + 10)
    np.testing.assert_array_equal(found[:, 1], expected[:, 1])


def test_without_confidence_nothing_is_known_of_it(tmp_path):
    def unsure(group):
        del group["nose/confidence"]

    confidence_TMB = read(changed(tmp_path / "a.nwb", unsure)).confidence_TMB
    assert np.isnan(confidence_TMB[..., 0]).all()
    assert (confidence_TMB[..., 1] == 0.5).all()


@pytest.mark.parametrize("unit", ["Pixels", "px", np.bytes_("pixels")])
def test_pixels_are_written_in_several_ways(tmp_path, unit):
    def name_unit(group):
        group["nose/data"].attrs["unit"] = unit
        group.attrs["neurodata_type"] = np.bytes_("PoseEstimation")

    assert read(changed(tmp_path / "a.nwb", name_unit)).keypoints == ("nose", "tail")


@pytest.mark.parametrize(
    ("nodes", "series", "keypoints"),
    [
        (("tail", "nose"), ("nose", "tail"), ("tail", "nose")),
        (("ear", "left_ear"), ("m1_ear", "m1_left_ear"), ("ear", "left_ear")),
        (("paw", "tail"), ("m1_paw", "forepaw"), ("paw", "forepaw")),
        ((), ("PoseEstimationSeries_nose", "tail"), ("nose", "tail")),
    ],
)
@pytest.mark.parametrize("place", ["skeleton/nodes", "nodes"])
def test_the_longest_name_of_the_skeleton_that_a_series_ends_in_is_meant(tmp_path, nodes, series, keypoints, place):
    def rename(group):
        for old, new in zip(("nose", "tail"), series, strict=True):
            group.move(old, f"new {new}")
        for new in series:
            group.move(f"new {new}", new)
        del group["skeleton/nodes"], group["skeleton"]
        if nodes:
            group[place] = [node.encode() for node in nodes]

    found = read(changed(tmp_path / "a.nwb", rename))
    assert found.keypoints == keypoints
    is_turned = keypoints == ("tail", "nose")
    expected = tiny().positions_TMB2[:, :, ::-1] if is_turned else tiny().positions_TMB2
    np.testing.assert_array_equal(found.positions_TMB2, expected)


def test_two_series_of_one_keypoint_are_refused(tmp_path):
    path = changed(tmp_path / "a.nwb", lambda group: group.copy("nose", "m2_nose"))
    with pytest.raises(PoseError, match="holds two series of 'nose'"):
        read(path)


def test_animals_of_one_group_name_are_called_after_their_folders(tmp_path):
    pose = tiny(("m", "n"))
    write_nwb(tmp_path / "a.nwb", pose)
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        behavior = file["processing/behavior"]
        for name in pose.individuals:
            behavior.move(name, f"of {name}/PoseEstimation")
    found = read(tmp_path / "a.nwb")
    assert found.individuals == ("of m", "of n")
    np.testing.assert_array_equal(found.positions_TMB2, pose.positions_TMB2)


def test_animals_may_list_their_keypoints_in_other_orders_and_must_have_the_same(tmp_path):
    pose = tiny(("m", "n"))
    write_nwb(tmp_path / "a.nwb", pose)
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        animal = file["processing/behavior/n"]
        del animal["skeleton"]
        animal["skeleton/nodes"] = [b"tail", b"nose"]
    np.testing.assert_array_equal(read(tmp_path / "a.nwb").positions_TMB2, pose.positions_TMB2)
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        file.move("processing/behavior/n/tail", "processing/behavior/n/ear")
    with pytest.raises(PoseError, match="its animals have other keypoints"):
        read(tmp_path / "a.nwb")


def test_links_into_other_files_are_not_followed(tmp_path):
    def link(group):
        del group["tail"], group["skeleton"]
        group["tail"] = h5py.ExternalLink("gone.nwb", "processing/behavior/m/tail")
        group["skeleton"] = h5py.ExternalLink("gone.nwb", "processing/behavior/Skeletons/body")

    assert read(changed(tmp_path / "a.nwb", link)).keypoints == ("nose",)


def _metres(series):
    series["data"].attrs["unit"] = "metres"


def _three_sides(series):
    del series["data"]
    series["data"] = np.zeros((3, 3))


def _other_length(series):
    del series["data"], series["confidence"]
    series["data"] = np.zeros((2, 2))


def _elsewhere(series):
    del series["data"]
    series.create_dataset("data", (3, 2), np.float32, external=[("/etc/services", 0, 24)])


def _of_many_files(series):
    del series["data"]
    layout = h5py.VirtualLayout((3, 2), np.float32)
    layout[:] = h5py.VirtualSource("other.nwb", "x", (3, 2))
    series.create_virtual_dataset("data", layout)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_metres, "is in metres, not pixels"),
        (_three_sides, r"has shape .3, 3.: pose in a plane"),
        (_other_length, "keypoints of 2 and 3 samples"),
        (_elsewhere, "lies in another file"),
        (_of_many_files, "lies in another file"),
    ],
)
def test_what_is_no_pose_in_pixels_of_every_frame_is_refused(tmp_path, change, problem):
    path = tmp_path / "a.nwb"
    write_nwb(path, tiny())
    with h5py.File(path, "r+") as file:
        change(file["processing/behavior/m/nose"])
    with pytest.raises(PoseError, match=problem):
        read(path)


def test_an_nwb_file_without_pose_is_refused(tmp_path):
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file["x"] = [1]
    with pytest.raises(PoseError, match="holds no pose of ndx-pose"):
        read(tmp_path / "a.nwb")


def test_what_pynwb_writes_is_read(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pynwb's about its own next versions
        ndx_pose = pytest.importorskip("ndx_pose", reason="ndx-pose is not installed: pip install ndx-pose")
        from pynwb import NWBHDF5IO, NWBFile

        pose, file = tiny(), NWBFile("", "x", datetime(2000, 1, 1, tzinfo=timezone.utc))
        skeleton = ndx_pose.Skeleton(name="body", nodes=list(pose.keypoints))
        module = file.create_processing_module(name="behavior", description="pose")
        module.add(ndx_pose.Skeletons(skeletons=[skeleton]))
        series = [
            ndx_pose.PoseEstimationSeries(
                name=name,
                description="",
                data=pose.positions_TMB2[:, 0, b],
                unit="pixels",
                reference_frame="top left corner",
                timestamps=np.arange(3) / 30,
                confidence=pose.confidence_TMB[:, 0, b],
                confidence_definition="likelihood",
            )
            for b, name in enumerate(pose.keypoints)
        ]
        module.add(
            ndx_pose.PoseEstimation(
                name="PoseEstimation", pose_estimation_series=series, description="", skeleton=skeleton
            )
        )
        with NWBHDF5IO(str(tmp_path / "a.nwb"), "w") as io:
            io.write(file)
    again = read(tmp_path / "a.nwb")
    assert again.keypoints == pose.keypoints
    np.testing.assert_array_equal(again.positions_TMB2, pose.positions_TMB2)
