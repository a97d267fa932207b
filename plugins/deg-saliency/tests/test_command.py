"""`deg saliency` from end to end, on a tiny project."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import av
import h5py
import matplotlib.image
import numpy as np
import pytest
from click.testing import CliRunner, Result
from deg_core.api import CheckpointError, ProjectError, VideoError

from deg_saliency.command import saliency
from deg_saliency.errors import SaliencyError

pytestmark = pytest.mark.usefixtures("in_command")


def run(project, *arguments: Any) -> Result:
    root = project.workspace.layout.root
    return CliRunner().invoke(saliency, [*(str(each) for each in arguments), "-p", str(root)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_is_written_and_told(make_project, tmp_path: Path) -> None:
    project, folder, film = make_project(), tmp_path / "out", tmp_path / "film.mp4"
    project.predict("one")
    options = ["--check", "--video", film, "--start", 10, "--stop", 25, "--behaviour", "rear", "--sample", 20]
    answer = run(project, "one", *options, "-o", folder, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    names = ["maps.png", "maps.h5", "moments.csv", "parts.csv", "parts.png", "check.csv", "check.png", "film.mp4"]
    assert [Path(path).name for path in told["files"]] == names
    assert told["exact"] is True
    assert told["layers"] == {"image": "picture", "flow": "motion"}
    assert {each.name for each in folder.iterdir()} == set(names) - {"film.mp4"}
    with h5py.File(folder / "maps.h5") as file:
        n = told["moments"]
        assert file["maps/image"].shape == (n, 16, 16)
        assert file["maps/flow"].shape == file["flow"][:, 0].shape == (n, 8, 8)
        assert set(file["behaviour"].asstr()[()]) == {"rear"}
        total = file["mean_logit"][()] + file["image_part"][()] + file["flow_part"][()]
        assert np.allclose(total, file["logit"][()], atol=1e-4)
        assert file.attrs["method"] == "grad-cam"
        assert file.attrs["features_run"].startswith("features")
    parts = rows_of(folder / "parts.csv")
    assert [row["behaviour"] for row in parts] == ["walk", "rear"]
    assert all(float(row["image_share"]) + float(row["flow_share"]) == pytest.approx(1, abs=1e-4) for row in parts)
    assert len(rows_of(folder / "moments.csv")) == n
    assert {row["stream"] for row in rows_of(folder / "check.csv")} == {"image", "flow"}
    assert matplotlib.image.imread(folder / "maps.png").std() > 0.05
    with av.open(str(film)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert float(container.streams.video[0].average_rate) == pytest.approx(30)
    assert len(frames) == 15
    assert frames[0].shape[1] > 1.5 * frames[0].shape[0]  # two panels


def test_the_surest_and_the_worst_come_from_the_prediction(make_project, tmp_path: Path) -> None:
    project = make_project()
    project.predict("one")
    answer = run(project, "one", "--surest", 2, "--mistakes", 3, "-o", tmp_path, "--quiet")
    assert answer.exit_code == 0, answer.output
    assert "picture and flow add up" in answer.output
    decisions, labels = project.prediction("one").decisions, project.labels("one")
    for row in rows_of(tmp_path / "moments.csv"):
        frame, column = int(row["frame"]), decisions.behaviours.index(row["behaviour"])
        assert float(row["pipeline_probability"]) == pytest.approx(decisions.probabilities[frame, column], abs=1e-4)
        present, mark = decisions.present[frame, column], labels.marks[frame, column]
        assert (bool(present), int(mark) if row["why"] != "sure" else None) in {
            "sure": [(True, None)],
            "missed": [(False, 1)],
            "false alarm": [(True, 0)],
        }[row["why"]]


def test_named_frames_need_no_prediction_and_other_videos_will_do(make_project, tmp_path: Path) -> None:
    project = make_project("one-toy", trained=True)
    video = project.record("two").video_path
    answer = run(project, video, "--frames", "0,30-31", "-o", tmp_path, "--method", "occlusion", "--format", "pdf")
    assert answer.exit_code == 0, answer.output
    rows = rows_of(tmp_path / "moments.csv")
    assert list(dict.fromkeys(row["frame"] for row in rows)) == ["0", "30", "31"]
    assert {row["why"] for row in rows} == {"asked for"}
    assert (tmp_path / "maps.pdf").read_bytes().startswith(b"%PDF")
    with h5py.File(tmp_path / "maps.h5") as file:
        assert list(file["maps"]) == ["image"]
        assert "flow" not in file


def test_many_moments_fill_several_pages(make_project, tmp_path: Path) -> None:
    answer = run(make_project(), "one", "--frames", "0-6", "--behaviour", "walk", "--behaviour", "rear", "-o", tmp_path)
    assert answer.exit_code == 0, answer.output
    assert {each.name for each in tmp_path.glob("maps*.png")} == {"maps-1.png", "maps-2.png"}


def test_where_behaviours_exclude_each_other_none_is_no_behaviour(make_project, tmp_path: Path) -> None:
    project = make_project("fake-extractor", exclusive=True)
    answer = run(project, "one", "--frames", "3,40", "-o", tmp_path, "--method", "occlusion", "--json")
    assert answer.exit_code == 0, answer.output
    assert [each["behaviour"] for each in json.loads(answer.stdout)["parts"]] == ["walk", "rear"]
    assert {row["behaviour"] for row in rows_of(tmp_path / "moments.csv")} <= {"walk", "rear"}


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        (["--frames", "3,60"], VideoError, ["no frame 60", "0 to 59"]),
        (["--frames", "x"], ProjectError, ["names no frame"]),
        (["--frames", "3", "--behaviour", "raer"], ProjectError, ["no behaviour 'raer'", "did you mean 'rear'?"]),
        (["--frames", "3", "--video", "a.mp4", "--start", "50", "--stop", "80"], VideoError, ["outside the video"]),
        (["--frames", "3", "--video", "a.avi"], SystemExit, [".mp4"]),
        (["--frames", "3", "--start", "5"], SystemExit, ["--video"]),
        ([], ProjectError, ["deg predict"]),
        (["--frames", "3", "--run", "sequence-x"], CheckpointError, ["sequence-x"]),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(make_project, tmp_path: Path, options, kind, words) -> None:
    project = make_project()
    answer = run(project, "one", *options, "-o", tmp_path / "out")
    assert isinstance(answer.exception, kind), answer.output
    for word in words:
        assert word in f"{answer.exception} {answer.output}"
    assert not (tmp_path / "out").exists()


def test_an_untrained_project_is_told_to_train(make_project) -> None:
    answer = run(make_project(trained=False), "one", "--frames", "3")
    assert isinstance(answer.exception, ProjectError)
    assert "deg train" in str(answer.exception)


def test_what_has_no_weights_cannot_be_checked(make_project, tmp_path: Path) -> None:
    options = ["--frames", "3", "--method", "occlusion", "-o", tmp_path / "out"]
    answer = run(make_project("weightless"), "one", *options, "--check")
    assert isinstance(answer.exception, SaliencyError)
    assert "leave it out" in str(answer.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("unplaced", "no convolutions"),
        ("fake-extractor", "no convolutions"),
        ("fake-pose-extractor", "looks at pose"),
        ("surveying", "at whole recordings"),
        ("silent", "does not require grad"),
    ],
)
def test_extractors_without_maps_are_named_with_those_that_have_some(make_project, name, word) -> None:
    answer = run(make_project(name), "one", "--frames", "3")
    assert isinstance(answer.exception, SaliencyError)
    text = str(answer.exception)
    assert repr(name) in text
    assert word in text
    assert "--method occlusion" in text or "two-stream, image-stream" in text
