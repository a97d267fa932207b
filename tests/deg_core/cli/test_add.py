from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deg_core.jobs.workspace import Workspace
from deg_core.project.records import load_record

if TYPE_CHECKING:
    from .conftest import Run


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    """`m2.npy` and `m10.npy` of 20 frames with labels, and `broken.npy`."""
    folder = tmp_path / "new videos"
    folder.mkdir()
    for name in ("m2", "m10"):
        np.save(folder / f"{name}.npy", np.zeros((20, 16, 16, 3), dtype=np.uint8))
        (folder / f"{name}_labels.txt").write_text("walk\n" + "1\n" * 15 + "-1\n" * 5)
    (folder / "broken.npy").write_text("no array")
    return folder


def test_videos_and_labels_are_added_by_patterns(run: Run, project: Workspace, videos: Path) -> None:
    answer = run("add", videos / "m*.npy", "--labels", "{stem}_labels.txt", "--group", "animal=m3", "--group", "cage=2")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "added m2: 20 frames, 30 per second, 15 labelled (but no labels of rear)",
        "added m10: 20 frames, 30 per second, 15 labelled (but no labels of rear)",
    ]
    record = load_record(project.layout, "m10")
    assert record.video_path == videos / "m10.npy"
    assert record.groups == {"animal": "m3", "cage": "2"}
    labels = project.labels(record)
    assert labels is not None
    assert labels.marks[:, 0].tolist() == [1] * 15 + [-1] * 5
    assert (labels.marks[:, 1] == -1).all()


def test_a_broken_video_does_not_stop_the_others(run: Run, project: Workspace, videos: Path) -> None:
    answer = run("add", videos / "*.npy", videos / "gone.npy")
    assert answer.code == 1
    assert {record.name for record in project.records()} == {"m2", "m10", "one", "two", "three"}
    assert "error: not a saved array" in answer.err
    assert "error: there is no such file" in answer.err
    last = answer.err.splitlines()[-1]
    assert last == f"warning: 2 of 4 videos failed: {videos / 'broken.npy'}, {videos / 'gone.npy'}"


def test_the_same_command_again_goes_on(run: Run, project: Workspace, videos: Path) -> None:
    run("add", videos / "m2.npy")
    answer = run("add", videos / "m*.npy", "--labels", "{stem}_labels.txt")
    assert answer.code == 0
    assert [line.split()[0] for line in answer.out.splitlines()] == ["kept", "added"]
    assert "15 labelled" in answer.out.splitlines()[0]
    assert run("add", videos / "m2.npy").out.startswith("kept m2: 20 frames, 30 per second, 15 labelled")


def test_another_video_of_a_known_name_is_refused(run: Run, project: Workspace, videos: Path) -> None:
    answer = run("add", videos / "m2.npy", "--name", "one")
    assert answer.code == 1
    assert "there is a recording named 'one' already" in answer.err
    assert run("add", videos / "m2.npy", "--name", "fresh").code == 0
    assert load_record(project.layout, "fresh").video_path == videos / "m2.npy"


def test_groups_of_a_known_recording_are_not_changed_in_silence(run: Run, project: Workspace, videos: Path) -> None:
    run("add", videos / "m2.npy", "--group", "animal=a")
    assert run("add", videos / "m2.npy", "--group", "animal=a").code == 0
    assert run("add", videos / "m2.npy", "--group", "animal=b").code == 1


def test_a_missing_label_file_is_told_and_not_fatal(run: Run, project: Workspace, videos: Path) -> None:
    (videos / "m10_labels.txt").unlink()
    answer = run("add", videos / "m*.npy", "--labels", "{name}_labels.txt")
    assert answer.code == 0
    assert f"warning: m10: no label file {videos / 'm10_labels.txt'}" in answer.err
    assert "added m10: 20 frames, 30 per second, not labelled" in answer.out


def test_refused_labels_leave_the_recording_and_say_so(run: Run, project: Workspace, videos: Path) -> None:
    (videos / "m2_labels.txt").write_text("walk\n1\n")
    answer = run("add", videos / "m2.npy", "--labels", videos / "m2_labels.txt")
    assert answer.code == 1
    assert "added m2, without these labels" in answer.out
    assert f"where: {videos / 'm2_labels.txt'}" in answer.err
    assert load_record(project.layout, "m2").labels_path is None


def test_one_label_file_or_name_for_several_videos_is_refused(run: Run, project: Workspace, videos: Path) -> None:
    for option, value in (("--labels", "all.txt"), ("--name", "x")):
        answer = run("add", videos / "m*.npy", option, value)
        assert answer.code == 2
        assert option in answer.err
    assert len(project.records()) == 3


def test_a_copied_video_lies_in_the_project(run: Run, project: Workspace, videos: Path) -> None:
    assert run("add", videos / "m2.npy", "--copy", "-q").out == ""
    assert load_record(project.layout, "m2").video_path.is_relative_to(project.layout.root)


def test_format_settings_are_typed_and_checked(run: Run, project: Workspace, videos: Path) -> None:
    labels = ("--labels", videos / "m2_labels.txt", "--format", "fake-labels")
    answer = run("add", videos / "m2.npy", *labels, "--set", "unit=7")
    assert answer.code == 1
    assert "it takes: no settings" in answer.err
    assert "is not KEY=VALUE" in run("add", videos / "m2.npy", *labels, "--set", "unit").err


def test_an_unknown_format_suggests_the_nearest(run: Run, project: Workspace, videos: Path) -> None:
    answer = run("add", videos / "m2.npy", "--labels", videos / "m2_labels.txt", "--format", "fake-label")
    assert "no label format named 'fake-label'" in answer.err
    assert "did you mean 'fake-labels'?" in answer.err
