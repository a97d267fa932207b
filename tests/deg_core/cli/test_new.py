from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deg_core.project.manifest_file import load_manifest

if TYPE_CHECKING:
    from .conftest import Run


def test_a_project_is_made_and_the_next_steps_are_told(run: Run, tmp_path: Path) -> None:
    answer = run("new", tmp_path / "mouse", "--behaviours", " groom, dig,", "--preset", "deg_f", "--exclusive")
    assert answer.code == 0
    assert "deg add VIDEO" in answer.out
    manifest = load_manifest(tmp_path / "mouse" / "project.yaml")
    assert manifest.behaviours == ("groom", "dig")
    assert manifest.name == "mouse"
    assert manifest.exclusive
    assert manifest.preset == "deg_f"


def test_american_spelling_is_understood(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "a", "--behaviors", "groom", "--name", 'My "mice"', "-q").out == ""
    assert load_manifest(tmp_path / "a" / "project.yaml").name == 'My "mice"'


def test_a_second_project_in_one_folder_is_refused(run: Run, tmp_path: Path) -> None:
    run("new", tmp_path, "-b", "groom")
    before = (tmp_path / "project.yaml").read_text()
    answer = run("new", tmp_path, "-b", "dig")
    assert answer.code == 2
    assert f"where: {tmp_path / 'project.yaml'}" in answer.err
    assert (tmp_path / "project.yaml").read_text() == before


def test_impossible_behaviours_leave_no_project(run: Run, tmp_path: Path) -> None:
    for behaviours, problem in (("a,background", "background"), ("a,a", "twice"), (" , ", "at least one")):
        answer = run("new", tmp_path / "x", "-b", behaviours)
        assert answer.code == 2
        assert problem in answer.err
        assert ".part" not in answer.err
        assert not (tmp_path / "x" / "project.yaml").exists()


def test_an_unknown_preset_is_refused_with_those_there_are(run: Run, tmp_path: Path) -> None:
    answer = run("new", tmp_path / "x", "-b", "a", "--preset", "huge")
    assert answer.code == 2
    assert "small" in answer.err
