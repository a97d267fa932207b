from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

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
