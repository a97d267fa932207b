from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from editing import edited

from deg_core.errors import CheckpointError, ProjectError
from deg_core.jobs.models import identity_of, load_pipeline
from deg_core.jobs.workspace import Workspace
from deg_core.project.runs import load_run_record, save_run_record
from deg_core.testing.projects import tiny_project, untrained_runs


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    project = tiny_project(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}})
    untrained_runs(project)
    return project


def test_the_newest_run_comes_with_all_it_was_built_on(project: Workspace) -> None:
    runs = untrained_runs(project)
    pipeline = load_pipeline(project)
    assert pipeline.sequence_run == runs[2]
    assert pipeline.features_run == runs[1]
    assert pipeline.features.flow_generator is not None
    assert not pipeline.features.extractor.training
    assert pipeline.takes == "latents"
    assert pipeline.features.plan.window == 3
    assert pipeline.features.plan.mean_colour.tolist() == [127, 127, 127]


def test_an_older_run_can_be_named(project: Workspace) -> None:
    older = load_pipeline(project).sequence_run
    untrained_runs(project)
    assert load_pipeline(project, older.run_id).sequence_run == older


def test_an_extractor_without_flow_loads_none(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    untrained_runs(project)
    assert load_pipeline(project).features.flow_generator is None


def test_a_model_that_takes_logits_is_as_wide_as_they_are(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, exclusive=True, manifest={"sequence": {"name": "fake-sequence-on-logits"}})
    untrained_runs(project)
    pipeline = load_pipeline(project)
    assert pipeline.takes == "logits"
    assert pipeline.sequence.head.in_features == 3  # type: ignore[attr-defined]


def test_an_untrained_project_says_how_to_train(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no trained sequence model") as caught:
        load_pipeline(tiny_project(tmp_path))
    assert "deg train sequence" in caught.value.fix


def test_only_a_sequence_run_predicts(project: Workspace) -> None:
    features = load_pipeline(project).features_run
    with pytest.raises(CheckpointError, match="a features run cannot predict"):
        load_pipeline(project, features.run_id)


def test_an_unknown_run_is_refused(project: Workspace) -> None:
    with pytest.raises(CheckpointError, match="not a finished training run"):
        load_pipeline(project, "sequence-of-dreams")


def test_a_model_of_other_behaviours_is_refused_even_by_name(project: Workspace) -> None:
    run = load_pipeline(project).sequence_run
    other = edited(project, behaviours=["walk", "dig"])
    for run_id in (None, run.run_id):
        with pytest.raises(CheckpointError, match=r"trained on behaviours \[walk, rear\].*\[walk, dig\]"):
            load_pipeline(other, run_id)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": {"settings": {"window": 5}}}, r"features settings.window 3, but project.yaml now says 5"),
        ({"features": {"name": "fake-extractor"}}, r"features name 'fake-flow-extractor', .* 'fake-extractor'"),
        ({"flow": {"settings": {"n_frames": 3}}}, r"flow settings.n_frames 2, .* 3"),
        ({"sequence": {"settings": {"receptive_field": 9}}}, r"sequence settings.receptive_field 1, .* 9"),
        ({"image": {"size": [32, 32]}}, r"image .*\(16, 16\).*\(32, 32\)"),
    ],
    ids=["window", "extractor", "flow", "sequence", "size"],
)
def test_a_newest_run_of_other_settings_is_refused_and_can_be_used_by_name(
    project: Workspace, changes: dict[str, Any], said: str
) -> None:
    run = load_pipeline(project).sequence_run
    other = edited(project, **changes)
    with pytest.raises(CheckpointError, match=said) as caught:
        load_pipeline(other)
    assert "deg train" in caught.value.fix
    assert load_pipeline(other, run.run_id).features.plan.window == 3


def test_a_model_of_other_latents_is_refused(project: Workspace) -> None:
    run = load_pipeline(project).features_run
    folder = project.layout.run(run.run_id)
    save_run_record(folder, run.model_copy(update={"n_latents": 7}))
    with pytest.raises(CheckpointError, match=r"reads 4 latents, but .* gives 7") as caught:
        load_pipeline(project)
    assert "deg train sequence" in caught.value.fix


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path: Path, stage: int) -> None:
    project = tiny_project(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}})
    run = untrained_runs(project)[stage]
    path = project.layout.run(run.run_id) / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(CheckpointError, match="not those of the run's card"):
        load_pipeline(project)


def test_two_runs_of_the_same_numbers_are_still_two(project: Workspace) -> None:
    first = load_pipeline(project).sequence_run
    second = untrained_runs(project)[2]
    assert first.weights_sha256 == second.weights_sha256
    assert identity_of(first) != identity_of(second)
    other = first.model_copy(update={"weights_sha256": "0" * 64})
    assert identity_of(other) != identity_of(first)


def test_a_card_is_read_anew_every_time(project: Workspace) -> None:
    run = load_pipeline(project).sequence_run
    assert load_run_record(project.layout.run(run.run_id)) == run


def test_a_setting_that_the_plugin_has_got_since_was_at_its_default(project: Workspace) -> None:
    run = load_pipeline(project).features_run
    older = {name: value for name, value in run.plugin.settings.items() if name != "window"}
    card = run.model_copy(update={"plugin": run.plugin.model_copy(update={"settings": older})})
    save_run_record(project.layout.run(run.run_id), card)
    assert load_pipeline(project).features_run == card
    with pytest.raises(CheckpointError, match=r"features settings.window 3, but project.yaml now says 5"):
        load_pipeline(edited(project, features={"settings": {"window": 5}}))
