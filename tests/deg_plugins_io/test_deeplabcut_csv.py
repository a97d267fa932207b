from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from deg_core.api import Pose, PoseError, Timeline
from deg_core.testing import PoseFormatContract
from deg_plugins_io.plugin import deeplabcut_csv

SINGLE = """scorer,net,net,net,net,net,net
bodyparts,nose,nose,nose,tail base,tail base,tail base
coords,x,y,likelihood,x,y,likelihood
0,1.5,2.5,0.9,3,4,0.25
1,,,,5,6,1.0000001
"""


def write_csv(path: Path, pose: Pose, *, individuals: bool = True) -> None:
    columns = [(m, b, c) for m in range(len(pose.individuals)) for b in range(len(pose.keypoints)) for c in range(3)]
    table = np.concatenate([pose.positions_TMB2, pose.confidence_TMB[..., None]], axis=-1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["scorer", *("net" for _ in columns)])
        if individuals:
            writer.writerow(["individuals", *(pose.individuals[m] for m, _, _ in columns)])
        writer.writerow(["bodyparts", *(pose.keypoints[b] for _, b, _ in columns)])
        writer.writerow(["coords", *(("x", "y", "likelihood")[c] for _, _, c in columns)])
        for frame, values in enumerate(table.reshape(len(table), -1)):
            writer.writerow([frame, *("" if np.isnan(value) else repr(float(value)) for value in values)])


class TestDeeplabcutCsv(PoseFormatContract):
    plugin = deeplabcut_csv

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_csv(path, pose)


class TestDeeplabcutCsvOfOneAnimal(PoseFormatContract):
    plugin = deeplabcut_csv
    max_animals = 1

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_csv(path, pose, individuals=False)


def read(path: Path, n_frames: int = 2, **settings: object) -> Pose:
    return deeplabcut_csv.read(path, deeplabcut_csv.settings(**settings), Timeline.regular("clip", n_frames, 30.0))


def written(folder: Path, text: str) -> Path:
    path = folder / "clipDLC_net.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_one_animal_means_what_it_says(tmp_path: Path) -> None:
    pose = read(written(tmp_path, SINGLE))
    assert (pose.keypoints, pose.individuals) == (("nose", "tail base"), ("animal",))
    assert pose.positions_TMB2[:, 0].tolist()[0] == [[1.5, 2.5], [3, 4]]
    assert np.isnan(pose.positions_TMB2[1, 0, 0]).all()
    assert pose.positions_TMB2[1, 0, 1].tolist() == [5, 6]
    assert pose.confidence_TMB[:, 0, 1].tolist() == [0.25, 1.0]


def test_frames_that_are_left_out_are_missing(tmp_path: Path) -> None:
    pose = read(written(tmp_path, SINGLE.replace("\n1,", "\n3,")), 5)
    assert np.flatnonzero(~np.isnan(pose.positions_TMB2[:, 0, 1, 0])).tolist() == [0, 3]


def test_other_columns_of_later_versions_are_not_taken_for_coordinates(tmp_path: Path) -> None:
    text = SINGLE.replace("likelihood", "x_ens_var", 1)
    pose = read(written(tmp_path, text))
    assert np.isnan(pose.confidence_TMB[:, 0, 0]).all()
    assert pose.positions_TMB2[0, 0, 0].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("scorer,net,net,net,net,net,net\n", "", "does not begin with rows named scorer"),
        ("coords", "bodyparts", "does not begin with rows named scorer"),
        ("\n1,", "\n0,", "frames are not in order"),
        ("\n1,", "\nlabeled-data/clip/img0001.png,", "annotations of single pictures are no pose of a video"),
        (",5,6,", ",5,six,", "a cell is not a number"),
        (",5,6,", ",5,", "6 cells under a header of 7"),
        ("tail base,tail base,tail base", "nose,nose,nose", "a keypoint is there twice"),
        (",5,6,", ",5,inf,", "infinite"),
        ("bodyparts,nose", "bodyparts", "rows of the header differ in length"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in SINGLE
    with pytest.raises(PoseError, match=problem):
        read(written(tmp_path, SINGLE.replace(old, new, 1)))


def test_a_file_of_another_recording_is_refused_with_both_lengths(tmp_path: Path) -> None:
    for n_frames in (1, 3):
        with pytest.raises(PoseError, match=f"pose of 2 frames, the recording has {n_frames}"):
            read(written(tmp_path, SINGLE), n_frames)


def test_published_files_mean_what_is_known_of_them(shared_data: Path) -> None:
    folder = shared_data / "pose_formats"
    single = read(folder / "dlc_inference_single.csv", 200)
    assert single.keypoints[:2] == ("Snout", "Front Paw R")
    np.testing.assert_allclose(single.positions_TMB2[0, 0, 0], [315.59552, 63.943092], rtol=1e-6)
    paws = read(folder / "lightning_pose.csv", 1000)
    assert paws.keypoints == ("paw_l", "paw_r")
    np.testing.assert_allclose(paws.positions_TMB2[0, 0, 1], [54.20156, 75.33393], rtol=1e-6)
    mouse = read(next((shared_data / "sturman2020").glob("EPM*DeepCut*.csv")), 962)
    assert len(mouse.keypoints) == 25
    for name in ("single", "multi", "multi_split_index", "multi_and_single"):
        with pytest.raises(PoseError, match="annotations of single pictures"):
            read(folder / f"dlc_labels_{name}.csv", 200)
