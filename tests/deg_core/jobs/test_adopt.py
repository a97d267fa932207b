from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors.numpy import load_file

from deg_core import Project
from deg_core.data.outside import OutsidePrediction, OutsideRun
from deg_core.data.record import Span
from deg_core.data.splits import Split
from deg_core.errors import CheckpointError, ProjectError
from deg_core.jobs.adopt import adopt_run, keep_prediction, set_split, tensor_shapes
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import SilentProgress
from deg_core.project.run_record import RunRecord
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs

BEFORE = datetime(2020, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return tiny_project(tmp_path)


def outside_of(workspace: Workspace, run: RunRecord, **changes: Any) -> OutsideRun:
    """A run of the project as if another program had trained it."""
    values: dict[str, Any] = {
        "stage": run.stage,
        "plugin": run.plugin.name,
        "settings": run.plugin.settings,
        "tensors": load_file(workspace.layout.run(run.run_id) / "weights.safetensors"),
        "image": run.image.model_dump(),
        "mean": (0.4, 0.5, 0.6),
        "std": (0.1, 0.2, 0.3),
        "created": BEFORE,
        "origin": "another program, run 7",
        "n_latents": run.n_latents if run.stage == "sequence" else 0,
        "thresholds": run.thresholds,
        **changes,
    }
    return OutsideRun(**values)


def adopted_chain(workspace: Workspace) -> list[RunRecord]:
    chain: list[RunRecord] = []
    for run in untrained_runs(workspace):
        below = chain[-1].run_id if chain else None
        chain.append(adopt_run(workspace, outside_of(workspace, run, built_on=below, split=workspace.split())))
    return chain


def test_an_adopted_run_has_a_card_that_says_where_it_is_from(workspace: Workspace) -> None:
    (run, *_), split = untrained_runs(workspace), Split((Span("one", 0, 60),), (), (Span("two", 0, 60),))
    card = adopt_run(workspace, outside_of(workspace, run, split=split))
    assert card.run_id == f"{run.stage}-20200101-000000"
    assert card.created == BEFORE
    assert card.statistics.mean == (0.4, 0.5, 0.6)
    assert card.training == {"origin": "another program, run 7"}
    assert [span.record for span in card.split.test] == ["two"]


def test_adopted_runs_predict_like_those_of_the_project(workspace: Workspace) -> None:
    chain = adopted_chain(workspace)
    pipeline = load_pipeline(workspace, chain[-1].run_id)
    assert pipeline.features_run.run_id == chain[-2].run_id
    outcomes = predict_targets(workspace, pipeline, find_targets(workspace, ["one"]), SilentProgress())
    assert [outcome.status for outcome in outcomes] == ["predicted"]


def test_what_the_post_processor_is_to_know_may_come_along(workspace: Workspace) -> None:
    run = untrained_runs(workspace)[-1]
    card = adopt_run(workspace, outside_of(workspace, run, learned={"seen": 7}))
    assert card.postprocess is not None
    assert card.postprocess.learned == {"seen": 7}
    assert adopt_run(workspace, outside_of(workspace, run)).postprocess is None


@pytest.mark.parametrize("spoil", ["missing", "unknown", "shape"])
def test_tensors_that_do_not_fit_are_refused_and_leave_no_run(spoil: str, workspace: Workspace) -> None:
    run = untrained_runs(workspace)[-1]
    tensors = load_file(workspace.layout.run(run.run_id) / "weights.safetensors")
    name = next(iter(tensors))
    if spoil == "missing":
        del tensors[name]
    else:
        tensors["surplus" if spoil == "unknown" else name] = np.ones(99, np.float32)
    before = sorted(workspace.layout.runs.iterdir())
    with pytest.raises(CheckpointError) as caught:
        adopt_run(workspace, outside_of(workspace, run, tensors=tensors))
    assert caught.value.where == "another program, run 7"
    assert sorted(workspace.layout.runs.iterdir()) == before


def test_a_sequence_run_that_stands_on_nothing_cannot_predict_and_says_so(workspace: Workspace) -> None:
    card = adopt_run(workspace, outside_of(workspace, untrained_runs(workspace)[-1]))
    with pytest.raises(CheckpointError, match="not in the project"):
        load_pipeline(workspace, card.run_id)


def test_shapes_are_known_before_there_is_a_project() -> None:
    catalog = only_plugins(*FAKES)
    few, many = (tensor_shapes(catalog, "sequence", "fake-sequence", {}, n_outputs=n, n_latents=3) for n in (2, 5))
    assert few.keys() == many.keys()
    assert few != many


def test_a_split_made_elsewhere_is_the_project_s(workspace: Workspace) -> None:
    split = Split((Span("one", 0, 60),), (Span("two", 0, 60),), (Span("three", 0, 60),))
    set_split(workspace, split)
    assert open_workspace(workspace.layout.root, workspace.catalog).split() == split


def outside_prediction(recording: str, n_frames: int = 60) -> OutsidePrediction:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(n_frames, 2)).astype(np.float32)
    return OutsidePrediction(
        recording=recording,
        origin="another program",
        latents=rng.normal(size=(n_frames, 3)).astype(np.float32),
        feature_logits=logits + 1,
        logits=logits,
        thresholds=np.array([0.5, 0.6], np.float32),
        present=logits > 0,
    )


def test_a_prediction_of_another_program_can_be_looked_at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = outside_prediction("one")
    keep_prediction(workspace, outside)
    monkeypatch.setattr("deg_core.jobs.project.open_workspace", lambda *_: workspace)
    project = Project(workspace.layout.root)
    prediction = project.prediction("one")
    assert np.array_equal(prediction.decisions.present, outside.present)
    assert np.array_equal(prediction.decisions.logits, outside.logits)
    assert prediction.decisions.probabilities == pytest.approx(1 / (1 + np.exp(-outside.logits)), abs=1e-6)
    latents, feature_logits = project.latents("one")
    assert np.array_equal(latents, outside.latents)
    assert np.array_equal(feature_logits, outside.feature_logits)


def test_deg_does_not_take_it_for_its_own_and_predicts_anew(workspace: Workspace) -> None:
    keep_prediction(workspace, outside_prediction("one"))
    adopted_chain(workspace)
    targets = find_targets(workspace, ["one"])
    (outcome,) = predict_targets(workspace, load_pipeline(workspace), targets, SilentProgress())
    assert outcome.status == "predicted"
    with h5py.File(workspace.layout.prediction("one")) as file:
        assert file.attrs["features_run"] != "another program"


def test_a_prediction_of_an_unknown_recording_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ProjectError, match="nobody"):
        keep_prediction(workspace, outside_prediction("nobody"))
