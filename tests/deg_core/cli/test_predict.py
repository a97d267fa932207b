from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from lent import elsewhere

from deg_core.jobs.workspace import Workspace
from deg_core.project.store import load_prediction
from deg_core.testing import untrained_runs

if TYPE_CHECKING:
    from .conftest import Run


def test_all_recordings_are_predicted_and_then_kept(run: Run, trained: Workspace) -> None:
    answer = run("predict")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == f"3 predicted, 0 kept, 0 failed; in {trained.layout.predictions}"
    found = load_prediction(trained.layout.prediction("one")).decisions.present
    labels = trained.labelled()["one"].marks
    assert (found == (labels == 1)).mean() > 0.95
    assert "0 predicted, 3 kept" in run("predict").out
    assert "1 predicted, 0 kept" in run("predict", "one", "--anew").out


def test_any_video_is_predicted_by_name_or_pattern(run: Run, trained: Workspace, tmp_path: Path) -> None:
    for name in ("x1", "x2"):
        np.save(tmp_path / f"{name}.npy", np.zeros((7, 16, 16, 3), dtype=np.uint8))
    values = run("predict", "two", tmp_path / "x*.npy", "--output", tmp_path / "out", "--json").values
    assert [each["name"] for each in values] == ["two", "x1", "x2"]
    assert [each["status"] for each in values] == ["predicted"] * 3
    assert [Path(each["prediction"]) for each in values] == [tmp_path / "out" / f"{n}.h5" for n in ("two", "x1", "x2")]
    assert load_prediction(tmp_path / "out" / "x1.h5").decisions.present.shape == (7, 2)


def test_a_broken_video_does_not_stop_the_others(run: Run, trained: Workspace) -> None:
    trained.records()[0].video_path.write_text("no array")
    answer = run("predict", "--json")
    assert answer.code == 1
    assert [each["status"] for each in answer.values] == ["failed", "predicted", "predicted"]
    failed = answer.values[0]
    assert failed["prediction"] is None
    assert failed["error"]["problem"].startswith("not a saved array")
    assert "one: error: not a saved array" in answer.err
    assert "2 predicted, 0 kept, 1 failed (one)" in answer.err


def test_an_unknown_name_is_refused_before_anything_is_done(run: Run, trained: Workspace) -> None:
    answer = run("predict", "one", "four")
    assert answer.code == 2
    assert "'four' is neither a recording nor a file" in answer.err
    assert not trained.layout.prediction("one").exists()


def test_without_a_model_the_next_step_is_told(run: Run, project: Workspace) -> None:
    answer = run("predict")
    assert answer.code == 2
    assert "deg train" in answer.err


def test_a_run_is_chosen_by_its_id(run: Run, trained: Workspace) -> None:
    first = run("runs", "--json").values[-1]["run_id"]
    untrained_runs(trained)
    assert f"with {first}," in run("predict", "one", "--run", first).out
    assert run("predict", "one", "--run", "gone").code == 2


@pytest.fixture
def model(run: Run, trained: Workspace, tmp_path: Path, install, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shared model; there is no project any more, nor any above the working directory."""
    run("share", "--output", tmp_path / "m.deg")
    shutil.rmtree(trained.layout.root.resolve())
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    install(elsewhere())
    for name in ("x1", "x2"):
        shutil.copy(tmp_path / "videos" / "one.npy", tmp_path / "new" / f"{name}.npy")
    return tmp_path / "m.deg"


def test_a_model_predicts_without_a_project(run: Run, model: Path, tmp_path: Path) -> None:
    answer = run("predict", "--model", model, "x*.npy")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == f"2 predicted, 0 kept, 0 failed; in {tmp_path / 'new'}"
    assert load_prediction(tmp_path / "new" / "x1.h5").decisions.present.shape == (60, 2)
    assert "0 predicted, 2 kept" in run("predict", "--model", model, "x1.npy", "x2.npy").out
    there = run("predict", "--model", model, "x1.npy", "--output", tmp_path / "out").out
    assert there.splitlines()[-1] == f"1 predicted, 0 kept, 0 failed; in {tmp_path / 'out'}"


def test_with_a_model_too_a_broken_video_does_not_stop_the_others(run: Run, model: Path, tmp_path: Path) -> None:
    (tmp_path / "new" / "x1.npy").write_text("no array")
    answer = run("predict", "--model", model, "x1.npy", "x2.npy", "--format", "fake-labels", "--json")
    assert answer.code == 1
    assert [each["status"] for each in answer.values] == ["failed", "predicted"]
    assert [each["export"] for each in answer.values] == [None, str(tmp_path / "new" / "x2_predictions.txt")]
    assert "x1: error: not a saved array" in answer.err
    assert "1 predicted, 0 kept, 1 failed (x1)" in answer.err


def test_what_a_model_lacks_is_told(run: Run, model: Path, install) -> None:
    install(elsewhere("2.0", "deg-other"))
    answer = run("predict", "--model", model, "x1.npy")
    assert answer.code == 2
    assert "the model needs feature extractor 'fake-extractor' of given, which is not installed" in answer.err
    assert run("predict", "--model", model.with_name("gone.deg"), "x1.npy").code == 2


def test_other_versions_and_frame_rates_are_warned_of(run: Run, model: Path, install, monkeypatch) -> None:
    install(elsewhere("0.4"))
    monkeypatch.setattr("deg_core.jobs.model._ALIKE", 0.5)
    answer = run("predict", "--model", model, "x1.npy")
    assert answer.code == 0
    assert "warning: made with sequence model 'fake-sequence' of given, installed is 0.4" in answer.err
    assert "warning: x1 has 30 frames per second, the model learned from 30" in answer.err


@pytest.mark.parametrize("arguments", [(), ("x1.npy", "--run", "sequence-1"), ("x1.npy", "--project", ".")])
def test_a_model_has_neither_recordings_nor_runs_nor_a_project(run: Run, model: Path, arguments: tuple) -> None:
    answer = run("predict", "--model", model, *arguments)
    assert answer.code == 2
    assert "a model has n" in answer.err


def test_a_project_s_predictions_are_exported_at_once(run: Run, trained: Workspace, tmp_path: Path) -> None:
    answer = run("predict", "one", "--format", "fake-labels")
    path = trained.layout.exports / "one_predictions.txt"
    assert str(path) in answer.out.splitlines()
    assert path.read_text().startswith("walk\trear\n")
    run("predict", "two", "--format", "fake-labels", "--output", tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["two.h5", "two_predictions.txt"]
    assert run("predict", "three", "--format", "fake-label").code == 2
    assert not trained.layout.prediction("three").exists()
