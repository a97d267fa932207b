from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lent import elsewhere

from deg_core.jobs.workspace import Workspace
from deg_core.testing import untrained_runs

if TYPE_CHECKING:
    from .conftest import Run


def test_the_newest_run_is_packed_beside_the_project_file(run: Run, trained: Workspace) -> None:
    answer = run("share", "--by", "Ada", "--note", "From below.")
    assert answer.code == 0
    path = trained.layout.root / "project.deg"
    first, inside, outside = answer.out.splitlines()
    assert first.startswith(f"{path} (0.0 MB)")
    assert "project.yaml, runs/" in inside
    assert inside.endswith(f"model.json; all that it says: deg model {path}")
    assert outside == "not in it: videos, labels, paths, names of recordings"
    shown = run("model", path).out
    assert shown.startswith("# tiny\n")
    assert "by Ada, with deg" in shown
    assert "From below." in shown


def test_a_script_gets_the_card(run: Run, trained: Workspace, tmp_path: Path) -> None:
    values = run("share", "--output", tmp_path / "m.deg", "--json").values
    assert values["path"] == str(tmp_path / "m.deg")
    assert values["behaviours"] == ["walk", "rear"]
    shown = run("model", tmp_path / "m.deg", "--json").values
    assert {"path": str(tmp_path / "m.deg"), **shown} == values


def test_names_of_recordings_are_asked_for(run: Run, trained: Workspace, tmp_path: Path) -> None:
    answer = run("share", "--with-names", "--output", tmp_path / "m.deg")
    assert "in it: names of recordings, README.md" in answer.out
    assert answer.out.splitlines()[-1] == "not in it: videos, labels, paths"
    assert b'"record":"one"' in (tmp_path / "m.deg").read_bytes().replace(b" ", b"")


def test_a_run_is_chosen_by_its_id(run: Run, trained: Workspace, tmp_path: Path) -> None:
    first = run("runs", "--json").values[-1]["run_id"]
    untrained_runs(trained)
    values = run("share", first, "--output", tmp_path / "m.deg", "--json").values
    assert values["runs"][0] == first


def test_what_cannot_be_shared_is_refused(run: Run, trained: Workspace) -> None:
    assert run("share", "gone").code == 2
    features = run("runs", "--json").values[0]["run_id"]
    assert "a features run cannot predict" in run("share", features).err
    (trained.layout.root / "project.deg").write_text("mine")
    answer = run("share")
    assert answer.code == 2
    assert "there is such a file already" in answer.err


def test_a_file_that_is_no_model_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.deg").write_text("no")
    answer = run("model", tmp_path / "x.deg")
    assert answer.code == 2
    assert "not a deg model" in answer.err


def test_an_untrained_project_says_how_to_train(run: Run, project: Workspace) -> None:
    assert "deg train" in run("share").err


def test_showing_a_model_needs_no_plugin_of_it(run: Run, trained: Workspace, tmp_path: Path, install) -> None:
    run("share", "--output", tmp_path / "m.deg")
    install(elsewhere("1.0", "deg-other"))
    assert "* needs sequence model 'fake-sequence' of given" in run("model", tmp_path / "m.deg").out
