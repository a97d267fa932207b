from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deg_core.jobs.workspace import Workspace
from deg_core.project.records import load_record

if TYPE_CHECKING:
    from .conftest import Run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "labels"
    folder.mkdir()
    for name, mark in (("one", "1"), ("two", "0")):
        (folder / f"{name}.txt").write_text("rear\twalk\n" + f"{mark}\t-1\n" * 60)
    return folder


def rearing(project: Workspace, name: str) -> set[int]:
    labels = project.labels(load_record(project.layout, name))
    assert labels is not None
    return {int(mark) for mark in labels.marks[:, 1]}


def test_labels_of_one_recording_replace_the_old(run: Run, project: Workspace, files: Path) -> None:
    answer = run("import-labels", "one", files / "one.txt")
    assert answer.code == 0
    assert answer.out == "one: 60 frames, 30 per second, 60 labelled (but no labels of walk)\n"
    assert rearing(project, "one") == {1}


def test_labels_of_all_recordings_are_found_by_pattern(run: Run, project: Workspace, files: Path) -> None:
    answer = run("import-labels", "--pattern", "{name}.txt", "--from", files)
    assert answer.code == 0
    assert f"warning: three: no label file {files / 'three.txt'}" in answer.err
    assert rearing(project, "one") == {1}
    assert rearing(project, "two") == {0}


def test_one_bad_file_does_not_stop_the_others(run: Run, project: Workspace, files: Path) -> None:
    (files / "one.txt").write_text("raer\n" + "1\n" * 60)
    answer = run("import-labels", "--pattern", "{stem}.txt", "--from", files)
    assert answer.code == 1
    assert "unknown behaviour 'raer'" in answer.err
    assert "did you mean 'rear'?" in answer.err
    assert answer.err.splitlines()[-1] == "warning: 1 of 2 label files failed: one"
    assert rearing(project, "two") == {0}


def test_a_pattern_that_finds_nothing_is_refused(run: Run, project: Workspace, files: Path) -> None:
    answer = run("import-labels", "--pattern", "{name}.csv", "--from", files)
    assert answer.code == 2
    assert "no label file found" in answer.err


def test_an_unknown_recording_is_refused(run: Run, project: Workspace, files: Path) -> None:
    answer = run("import-labels", "four", files / "one.txt")
    assert answer.code == 2
    assert "no recording named 'four'" in answer.err


@pytest.mark.parametrize("arguments", [[], ["one"], ["one", "--pattern", "x"], ["one", "a.txt", "--from", "b"]])
def test_half_a_command_is_refused(run: Run, project: Workspace, arguments: list[str]) -> None:
    answer = run("import-labels", *arguments)
    assert answer.code == 2
    assert "give RECORDING and FILE, or --pattern" in answer.err
