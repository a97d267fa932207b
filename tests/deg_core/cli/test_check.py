from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deg_core.jobs.workspace import Workspace

if TYPE_CHECKING:
    from .conftest import Run


def test_a_sound_project_has_no_errors(run: Run, project: Workspace) -> None:
    answer = run("check")
    assert answer.code == 0
    header, *rows = answer.out.splitlines()[:4]
    assert header.split() == ["recording", "frames", "per", "second", "labelled", "groups"]
    assert rows[0].split() == ["one", "60", "30", "100%", "animal=m3"]
    assert "errors: 0" in answer.out.splitlines()[-1]
    assert "checking recordings: 3/3" in answer.err


def test_what_stands_in_the_way_is_told_and_leaves_status_1(run: Run, project: Workspace) -> None:
    project.records()[0].video_path.write_text("no array")
    answer = run("check", "-q")
    assert answer.code == 1
    assert "error: not a saved array" in answer.err
    assert answer.out.startswith("recordings: 3, errors: 1")


def test_a_script_gets_recordings_and_findings(run: Run, project: Workspace) -> None:
    project.records()[0].video_path.unlink()
    answer = run("check", "--json")
    assert answer.code == 1
    values = answer.values
    assert values["errors"] == 1
    assert [recording["frames"] for recording in values["recordings"]] == [None, 60, 60]
    assert values["recordings"][1]["labelled_frames"] == 60
    assert set(values["recordings"][1]["present_frames"]) == {"walk", "rear"}
    (error,) = [finding for finding in values["findings"] if finding["level"] == "error"]
    assert error["problem"] == "the video is not there"
    assert error["fix"]


def test_a_typo_in_the_project_file_names_line_and_nearest_name(run: Run, project: Workspace) -> None:
    path = project.layout.manifest
    path.write_text("deg: 1\nbehaviours: [walk, rear]\nfeatures:\n  trainig: {max_epochs: 2}\n")
    answer = run("check")
    assert answer.code == 2
    assert f"where: {path}, line 4, features.trainig" in answer.err
    assert "did you mean 'training'?" in answer.err


def test_a_misspelt_plugin_names_the_nearest(run: Run, project: Workspace) -> None:
    path = project.layout.manifest
    path.write_text(path.read_text().replace("name: fake-sequence", "name: fake-sequenc"))
    answer = run("check")
    assert answer.code == 2
    assert "no sequence model named 'fake-sequenc'" in answer.err
    assert "did you mean 'fake-sequence'?" in answer.err


@pytest.mark.parametrize("command", ["check", "split", "train", "predict", "evaluate", "runs"])
def test_outside_of_a_project_the_way_into_one_is_told(
    run: Run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    monkeypatch.chdir(folder)
    assert "deg new" in run(command).err
    answer = run(command, "--project", folder)
    assert answer.code == 2
    assert f"where: {folder / 'project.yaml'}" in answer.err


def test_what_a_stage_would_start_from_is_told(run: Run, trained: Workspace) -> None:
    (features,) = trained.layout.runs.glob("features-*")
    with trained.layout.manifest.open("a") as file:
        file.write("\n")
    text = trained.layout.manifest.read_text().replace("features:", f"features:\n  from: runs/{features.name}", 1)
    trained.layout.manifest.write_text(text)
    note = f"features: starts from {features.name} of runs/{features.name}: 3 of 3 tensors loaded"
    assert note in run("check").out.splitlines()
    assert run("check", "--json").values["notes"] == [note]
