"""Files of trackers: by contract, written as the programs do, and published ones."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core.api import Pose, PoseError, PoseFormatPlugin, Timeline
from deg_core.catalog import load_catalog
from deg_core.testing import PoseFormatContract
from tracker_files import write_deeplabcut

from deg_keypoints.mars_json import KEYPOINTS
from deg_keypoints.plugin import deeplabcut_h5, deg_pose_formats, mars_json, sleap_analysis_h5, sleap_io


class TestDeeplabcutH5(PoseFormatContract):
    plugin = deeplabcut_h5

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_deeplabcut(path, pose)


class TestSleapAnalysis(PoseFormatContract):
    plugin = sleap_analysis_h5

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_analysis(path, pose)


class TestOldSleapAnalysis(PoseFormatContract):
    plugin = sleap_analysis_h5
    has_confidence = False

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_analysis(path, pose)
        with h5py.File(path, "r+") as file:
            del file["point_scores"]


class TestSleapIo(PoseFormatContract):
    plugin = sleap_io

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_slp(path, pose)


def write_analysis(path: Path, pose: Pose) -> None:
    with h5py.File(path, "w") as file:
        file["tracks"] = pose.positions_TMB2.transpose(1, 3, 2, 0)
        file["point_scores"] = pose.confidence_TMB.transpose(1, 2, 0)
        file["node_names"] = np.array([name.encode() for name in pose.keypoints])
        file["track_names"] = np.array([name.encode() for name in pose.individuals])


def write_slp(path: Path, pose: Pose) -> None:
    sio = pytest.importorskip("sleap_io", reason="sleap-io, an extra of deg-keypoints, is not installed")
    skeleton = sio.Skeleton(list(pose.keypoints))
    video, tracks = sio.Video("clip.mp4", open_backend=False), [sio.Track(name) for name in pose.individuals]
    frames = []
    for index in range(pose.n_frames):
        instances = [
            sio.PredictedInstance.from_numpy(
                pose.positions_TMB2[index, m].astype(np.float64),
                skeleton=skeleton,
                point_scores=np.nan_to_num(pose.confidence_TMB[index, m].astype(np.float64)),
                score=1.0,
                track=track,
            )
            for m, track in enumerate(tracks)
            if not np.isnan(pose.positions_TMB2[index, m]).all()
        ]
        if instances:
            frames.append(sio.LabeledFrame(video=video, frame_idx=index, instances=instances))
    labels = sio.Labels(frames, videos=[video], skeletons=[skeleton], tracks=tracks)
    labels.save(str(path), embed=False, verbose=False)


def timeline(n_frames: int) -> Timeline:
    return Timeline.regular("clip", n_frames, 30.0)


def read(plugin, path: Path, n_frames: int, **settings) -> Pose:
    return plugin.read(path, plugin.settings(**settings), timeline(n_frames))


class _Calls:
    def __reduce__(self):
        return print, ("run",)


def test_a_table_that_wants_to_run_something_is_refused(tmp_path, capsys):
    path = tmp_path / "evil.h5"
    write_deeplabcut(path, tiny())
    with h5py.File(path, "r+") as file:
        file["df_with_missing/table"].attrs["values_block_0_kind"] = np.bytes_(pickle.dumps([_Calls()], protocol=0))
    with pytest.raises(PoseError, match=r"names of columns that want \w+.print"):
        read(deeplabcut_h5, path, 3)
    assert capsys.readouterr().out == ""


def tiny() -> Pose:
    return Pose(("a", "b"), ("m",), np.ones((3, 1, 2, 2), np.float32), np.ones((3, 1, 2), np.float32))


def test_two_mice_of_mars_are_read_in_the_order_of_the_file(tmp_path):
    points = np.arange(4 * 2 * 2 * 7, dtype=np.float64).reshape(4, 2, 2, 7)
    path = tmp_path / "pose.json"
    path.write_text(json.dumps({"keypoints": points.tolist(), "scores": np.full((4, 2, 7), 0.5).tolist()}))
    pose = read(mars_json, path, 4)
    assert (pose.keypoints, pose.individuals) == (KEYPOINTS, ("resident", "intruder"))
    assert pose.positions_TMB2[0, 1, 2].tolist() == [points[0, 1, 0, 2], points[0, 1, 1, 2]]
    assert (pose.confidence_TMB == 0.5).all()
    assert read(mars_json, path, 4, individuals=("intruder",)).positions_TMB2[0, 0, 0].tolist() == [14, 21]
    for content in ("", "[]", '{"keypoints": [[1]], "scores": [1]}'):
        path.write_text(content)
        with pytest.raises(PoseError):
            read(mars_json, path, 4)
    with pytest.raises(PoseError):
        read(mars_json, tmp_path / "gone.json", 4)


def test_animals_of_whom_nobody_says_who_is_who_are_refused(tmp_path):
    sio = pytest.importorskip("sleap_io", reason="sleap-io, an extra of deg-keypoints, is not installed")
    path = tmp_path / "two.slp"
    write_slp(path, Pose(("a",), ("m", "n"), np.ones((3, 2, 1, 2), np.float32), np.ones((3, 2, 1), np.float32)))
    labels = sio.load_slp(str(path), open_videos=False)
    for frame in labels.labeled_frames:
        for instance in frame.instances:
            instance.track = None
    labels.save(str(path), embed=False, verbose=False)
    with pytest.raises(PoseError, match="2 animals in a frame without a track"):
        read(sleap_io, path, 3)


def test_without_the_library_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sleap_io", None)
    with pytest.raises(PoseError, match="sleap-io is not installed") as caught:
        read(sleap_io, tmp_path / "any.slp", 3)
    assert caught.value.fix == "pip install 'deg-keypoints[sleap]'"


def test_published_files_of_deeplabcut_and_sleap_mean_what_is_known_of_them(samples):
    table = read(deeplabcut_h5, samples / "dlc_inference_single.h5", 200)
    assert table.keypoints[0] == "Snout"
    np.testing.assert_allclose(table.positions_TMB2[0, 0, 0], [315.59552, 63.943092], rtol=1e-6)
    np.testing.assert_allclose(table.confidence_TMB[0, 0, 0], 0.9999919, rtol=1e-6)
    with pytest.raises(PoseError, match="annotations of single pictures"):
        read(deeplabcut_h5, samples / "dlc_labels_single.h5", 116)
    flies = read(sleap_analysis_h5, samples / "sleap_two_flies.analysis.h5", 3000)
    assert (flies.individuals, len(flies.keypoints)) == (("track_0", "track_1"), 13)
    assert np.isnan(flies.confidence_TMB).all()
    robot = read(sleap_analysis_h5, samples / "sleap_robot.analysis.h5", 3)
    assert (robot.keypoints, robot.individuals) == (("top", "front", "rear"), ("track-1",))
    np.testing.assert_allclose(robot.positions_TMB2[0, 0, 0], [322.87601, 60.307855], rtol=1e-5)
    mars = read(mars_json, samples / "made_mars_pose_top.json", 5)
    assert mars.positions_TMB2.shape == (5, 2, 7, 2)


def test_published_files_that_sleap_io_reads_mean_what_is_known_of_them(samples):
    pytest.importorskip("sleap_io", reason="sleap-io, an extra of deg-keypoints, is not installed")
    flies = read(sleap_io, samples / "sleap_clip_2node.slp", 1500)
    assert (set(flies.individuals), flies.keypoints) == ({"female", "male"}, ("head", "thorax"))
    male = flies.choose_individuals(("male",), where="").positions_TMB2[0, 0]
    np.testing.assert_allclose(male, [[335.25, 444.75], [301.75, 457.75]])
    assert np.isnan(flies.confidence_TMB).all()  # a person set them
    csv = read(sleap_io, samples / "sleap_analysis.csv", 1)
    np.testing.assert_allclose(csv.positions_TMB2[0, 0, 1], [278.63521, 203.36587], rtol=1e-6)
    for name in ("sleap_minimal_predicted.slp", "alphatracker_labels.json"):
        with pytest.raises(PoseError, match="without a track"):
            read(sleap_io, samples / name, 4)


@pytest.mark.parametrize("person_first", [True, False])
def test_what_a_person_set_counts_before_what_was_predicted(tmp_path, person_first):
    sio = pytest.importorskip("sleap_io", reason="sleap-io, an extra of deg-keypoints, is not installed")
    skeleton, video, track = sio.Skeleton(["a"]), sio.Video("clip.mp4", open_backend=False), sio.Track("m")
    person = sio.Instance.from_numpy(np.array([[5.0, 6.0]]), skeleton=skeleton, track=track)
    predicted = sio.PredictedInstance.from_numpy(
        np.array([[1.0, 2.0]]), skeleton=skeleton, point_scores=np.array([0.9]), score=1.0, track=track
    )
    instances = [person, predicted] if person_first else [predicted, person]
    frame = sio.LabeledFrame(video=video, frame_idx=0, instances=instances)
    path = tmp_path / "clip.slp"
    sio.Labels([frame], videos=[video], skeletons=[skeleton], tracks=[track]).save(
        str(path), embed=False, verbose=False
    )
    pose = read(sleap_io, path, 2)
    assert pose.positions_TMB2[0, 0, 0].tolist() == [5, 6]
    assert np.isnan(pose.confidence_TMB[0, 0, 0])
    assert np.isnan(pose.positions_TMB2[1]).all()


def test_no_published_file_is_taken_by_two_formats(samples):
    """So that `auto` knows which it is."""
    lengths = {
        "dlc_inference": 200,
        "lightning": 1000,
        "jabs": 1800,
        "two_flies": 3000,
        "robot": 3,
        "mars": 5,
        "csv": 1,
    }
    offered = [each.plugin for each in load_catalog().offers if isinstance(each.plugin, PoseFormatPlugin)]
    plugins = {plugin.name: plugin for plugin in (*offered, *deg_pose_formats())}
    taken = {}
    for path in sorted(samples.iterdir()):
        n_frames = next((n for part, n in lengths.items() if part in path.name), 200)
        fitting = [plugin for plugin in plugins.values() if path.name.endswith(plugin.suffixes)]
        taken[path.name] = [plugin.name for plugin in fitting if reads(plugin, path, n_frames)]
    assert {name: names for name, names in taken.items() if len(names) > 1} == {}
    assert taken["dlc_inference_single.csv"] == taken["lightning_pose.csv"] == ["deeplabcut-csv"]
    assert taken["dlc_inference_single.h5"] == ["deeplabcut-h5"]
    assert taken["sleap_robot.analysis.h5"] == taken["sleap_two_flies.analysis.h5"] == ["sleap-analysis-h5"]
    assert taken["jabs_pose_est_v2.h5"] == taken["jabs_pose_est_v5.h5"] == ["jabs-h5"]
    assert taken["made_mars_pose_top.json"] == ["mars-json"]
    assert taken["coco_keypoints.json"] == taken["dlc_labels_multi.csv"] == taken["dlc_labels_single.h5"] == []


def reads(plugin, path: Path, n_frames: int) -> bool:
    try:
        return read(plugin, path, n_frames).n_frames == n_frames
    except PoseError:
        return False
