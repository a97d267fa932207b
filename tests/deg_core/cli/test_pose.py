from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.project.pose_file import load_pose
from deg_core.project.store import load_prediction
from deg_core.testing import untrained_runs
from deg_core.testing.fake_pose import write_fake_pose

if TYPE_CHECKING:
    from .conftest import Run


@pytest.fixture
def files(tmp_path: Path, project: Workspace) -> Path:
    """Pose files as trackers name them, of `one` and `two`, which have none in the project any more."""
    folder = tmp_path / "tracks"
    folder.mkdir()
    for name in ("one", "two", "three"):
        path = project.layout.pose(name)
        if name != "three":
            write_fake_pose(folder / f"{name}DLC_net50.pose", load_pose(path))
        path.unlink()
    return folder


def test_pose_of_one_recording_is_imported(run: Run, project: Workspace, files: Path) -> None:
    answer = run("import-pose", "one", files / "oneDLC_net50.pose")
    assert answer.code == 0
    assert answer.out.startswith("one: 60 frames, 3 keypoints (red, green, blue), ")
    assert answer.out.endswith("of positions missing\n")
    assert load_pose(project.layout.pose("one")).n_frames == 60


def test_pose_of_all_recordings_is_found_by_a_pattern_with_a_star(run: Run, project: Workspace, files: Path) -> None:
    answer = run("import-pose", "--pattern", "{stem}DLC*.pose", "--from", files)
    assert answer.code == 0
    assert [line.split(":")[0] for line in answer.out.splitlines()] == ["one", "two"]
    assert "warning: three: no pose file" in answer.err


def test_a_pattern_that_fits_several_files_is_refused(run: Run, project: Workspace, files: Path) -> None:
    (files / "oneDLC_net101.pose").touch()
    answer = run("import-pose", "--pattern", "{stem}DLC*.pose", "--from", files)
    assert answer.code == 2
    assert "2 files fit: oneDLC_net101.pose, oneDLC_net50.pose" in answer.err


def test_videos_are_added_with_their_pose(run: Run, project: Workspace, files: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        np.save(files / f"new-{name}.npy", np.zeros((60, 16, 16, 3), dtype=np.uint8))
        (files / f"{name}DLC_net50.pose").rename(files / f"new-{name}DLC_net50.pose")
    answer = run("add", files / "new-*.npy", "--pose", "{stem}DLC*.pose", "--pose-format", "fake-pose")
    assert answer.code == 0
    assert "added new-two: 60 frames, 30 per second, not labelled, with pose" in answer.out
    assert load_pose(project.layout.pose("new-one")).picture_size == (16, 16)


def test_refused_pose_leaves_the_recording_and_says_so(run: Run, project: Workspace, files: Path) -> None:
    np.save(files / "short.npy", np.zeros((20, 16, 16, 3), dtype=np.uint8))
    answer = run("add", files / "short.npy", "--pose", files / "oneDLC_net50.pose", "--pose-set", "odd=1")
    assert answer.code == 1
    assert "settings odd of which format?" in answer.err
    assert "--pose-format" in answer.err
    assert "added short, without this pose" in answer.out


def test_videos_outside_of_the_project_are_predicted_with_their_pose(
    run: Run, project: Workspace, files: Path, tmp_path: Path
) -> None:
    manifest = project.layout.manifest
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("name: fake-extractor", "name: fake-pose-extractor"),
        encoding="utf-8",
    )
    untrained_runs(open_workspace(project.layout.root, project.catalog))
    for name in ("one", "two"):
        np.save(files / f"{name}.npy", np.zeros((60, 16, 16, 3), dtype=np.uint8))
    np.save(files / "four.npy", np.zeros((60, 16, 16, 3), dtype=np.uint8))
    answer = run("predict", files / "*.npy", "--pose", "{stem}DLC*.pose", "--output", tmp_path / "out", "--json")
    assert answer.code == 1
    assert {each["name"]: each["status"] for each in answer.values} == {
        "one": "predicted",
        "two": "predicted",
        "four": "failed",
    }
    labels = project.labelled()["one"].marks
    assert (load_prediction(tmp_path / "out" / "one.h5").decisions.present == (labels == 1)).mean() > 0.9


def test_one_pose_file_is_not_that_of_many_videos(run: Run, trained: Workspace, files: Path) -> None:
    for name in ("one", "two"):
        np.save(files / f"{name}.npy", np.zeros((60, 16, 16, 3), dtype=np.uint8))
    answer = run("predict", files / "*.npy", "--pose", files / "oneDLC_net50.pose", "--output", files)
    assert answer.code == 2
    assert "one pose file for 2 videos" in answer.err
