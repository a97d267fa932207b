from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from editing import edited

from deg_core.data.labels import Labels
from deg_core.errors import CheckpointError, LabelError, ManifestError, PluginNotFoundError, ProjectError
from deg_core.jobs.models import identity_of, load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all, train_stage
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.manifest import Stage
from deg_core.project.records import add_record, save_labels
from deg_core.project.run_record import RunRecord
from deg_core.project.runs import CARD, CURVES, PLAN, RESUME, WEIGHTS, load_curves
from deg_core.project.store import load_prediction
from deg_core.testing.projects import tiny_project

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
FLOW = {"features": {"name": "fake-flow-extractor"}}


@pytest.fixture(autouse=True)
def single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def split_tiny_project(folder: Path, **settings: Any) -> Workspace:
    project = tiny_project(folder, **settings)
    split_project(project, project.manifest.split)
    return project


def train(project: Workspace, stage: Stage, minutes: int = 0, **options: Any) -> RunRecord:
    return train_stage(project, stage, SILENCE, now=NOW + timedelta(minutes=minutes), **options)


class Stopping:
    """Progress that presses Ctrl-C at a step of one task."""

    def __init__(self, task: str, step: int) -> None:
        self._task, self._step = task, step

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[Any]:
        yield self if description == self._task else Quiet()

    def advance(self, n: int = 1, note: str = "") -> None:
        self._step -= 1
        if self._step == 0:
            raise KeyboardInterrupt


class Quiet:
    def advance(self, n: int = 1, note: str = "") -> None:
        pass


def files_of(project: Workspace, run: RunRecord) -> list[str]:
    return sorted(path.name for path in project.layout.run(run.run_id).iterdir())


def test_all_three_stages_are_trained_and_predict(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest=FLOW)
    flow, features, sequence = train_all(project, SILENCE, now=NOW)
    assert (flow.stage, features.stage, sequence.stage) == ("flow", "features", "sequence")
    assert (flow.built_on, features.built_on, sequence.built_on) == (None, flow.run_id, features.run_id)
    assert features.statistics == flow.statistics == sequence.statistics
    assert (flow.n_latents, features.n_latents, sequence.n_latents) == (0, 4, 4)
    assert sequence.scores["fake-agreement"] == 1.0
    pipeline = load_pipeline(project)
    outcomes = predict_targets(project, pipeline, find_targets(project, []), SILENCE)
    assert [outcome.status for outcome in outcomes] == ["predicted"] * 3
    for name, labels in project.labelled().items():
        present = load_prediction(project.layout.prediction(name)).decisions.present
        assert (present == (labels.marks == 1)).mean() > 0.97


def test_a_run_tells_all_about_itself(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    run = train(project, "features")
    assert run.run_id == "features-20260301-120000"
    assert files_of(project, run) == sorted([CURVES, PLAN, CARD, WEIGHTS])
    assert run.plugin.name == "fake-extractor"
    assert run.loss is not None
    assert run.loss.name == "fake-loss"
    assert run.training["learning_rate"] == 0.01
    assert list(run.scores) == ["fake-agreement", "loss", "epoch"]
    assert run.versions["torch"] == metadata.version("torch")
    assert {span.record for span in run.split.train} == {span.record for span in project.split().train}
    assert (run.postprocess, run.seed) == (None, 0)
    assert NOW <= run.created <= NOW + timedelta(minutes=5)
    assert run.minutes > 0
    assert len(load_curves(project.layout.run(run.run_id))["epoch"]) == 2


def test_runs_are_named_after_their_beginning_and_dated_by_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = iter(range(100))
    monkeypatch.setattr("deg_core.jobs.train.time.monotonic", lambda: 3600.0 * next(hours))
    runs = train_all(split_tiny_project(tmp_path), SilentProgress(), now=NOW)
    assert {run.run_id.split("-", 1)[1] for run in runs} == {"20260301-120000"}
    assert [NOW, *(run.created for run in runs)] == sorted({NOW, *(run.created for run in runs)})


def test_thresholds_are_chosen_on_validation_frames_as_prediction_sees_them(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest={"split": {"by": "block", "block_frames": 20, "guard_frames": 2}})
    train_all(project, SILENCE, now=NOW)
    pipeline = load_pipeline(project)
    predict_targets(project, pipeline, find_targets(project, []), SILENCE)
    split, labels = project.split(), project.labelled()
    probabilities = [
        load_prediction(project.layout.prediction(s.record)).decisions.probabilities[s.start : s.stop]
        for s in split.validation
    ]
    marks = np.concatenate([labels[s.record].marks[s.start : s.stop] for s in split.validation])
    thresholds = pipeline.sequence_run.thresholds
    for column, label, threshold in zip(np.concatenate(probabilities).T, marks.T, thresholds, strict=True):
        assert column[label == 0].max() < threshold <= column[label == 1].min()


def test_flow_is_skipped_where_nobody_needs_it_and_that_is_told(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    told: list[str] = []
    runs = train_all(project, SILENCE, now=NOW, tell=told.append)
    assert [run.stage for run in runs] == ["features", "sequence"]
    assert told == ["flow is skipped: feature extractor 'fake-extractor' does not need it"]


def test_what_is_trained_already_is_kept_unless_asked_otherwise(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    first = train_all(project, SILENCE, now=NOW)
    told: list[str] = []
    assert train_all(project, SILENCE, now=NOW + timedelta(hours=1), tell=told.append) == first
    assert f"features: {first[0].run_id} was trained with these settings on these data, and is kept" in told
    anew = train_all(project, SILENCE, now=NOW + timedelta(hours=1), fresh=True)
    assert [run.run_id for run in anew] == ["features-20260301-130000", "sequence-20260301-130000"]
    assert [run.weights_sha256 for run in anew] == [run.weights_sha256 for run in first]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"features": {"settings": {"window": 5}}},
        {"features": {"training": {"learning_rate": 0.02}}},
        {"image": {"crop": [0, 0, 12, 12]}},
        {"augmentation": {"zoom": 0.1}},
    ],
)
def test_another_setting_is_another_run(tmp_path: Path, change: dict[str, Any]) -> None:
    project = split_tiny_project(tmp_path)
    first = train(project, "features")
    assert train(edited(project, **change), "features", 1).run_id != first.run_id


def test_settings_that_change_no_weights_change_no_run(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    first = train(project, "features")
    changed = edited(project, cache_gb=1.0, metrics=[], postprocess={"settings": {"min_frames": 4}}, name="other")
    assert train(changed, "features", 1) == first
    sequence = train(project, "sequence")
    assert train(changed, "sequence", 1) == sequence


def test_another_label_is_another_run(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    first = train(project, "features")
    span = project.split().train[0]
    labels = project.labelled()[span.record]
    labels.marks[span.start] = 1 - labels.marks[span.start]
    save_labels(project.layout, span.record, labels)
    assert train(project, "features", 1).run_id != first.run_id


@pytest.mark.parametrize("stage", ["flow", "features", "sequence"])
def test_an_interrupted_stage_goes_on_and_gives_the_same_weights(tmp_path: Path, stage: Stage) -> None:
    titles = {"flow": "flow generator", "features": "feature extractor", "sequence": "sequence model"}
    expected = train_all(split_tiny_project(tmp_path / "whole", manifest=FLOW), SILENCE, now=NOW)
    project = split_tiny_project(tmp_path / "parts", manifest=FLOW)
    with pytest.raises(KeyboardInterrupt):
        train_all(project, Stopping(titles[stage], 5), now=NOW)
    interrupted = project.layout.run(f"{stage}-20260301-120000")
    assert (interrupted / RESUME).is_file()
    assert not (interrupted / CARD).exists()
    told: list[str] = []
    runs = train_all(project, SILENCE, now=NOW + timedelta(hours=1), tell=told.append)
    assert f"{stage}: {interrupted.name} was interrupted, and is gone on with" in told
    assert [run.weights_sha256 for run in runs] == [run.weights_sha256 for run in expected]
    assert not (interrupted / RESUME).exists()


def test_an_unfinished_run_of_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train_stage(project, "features", Stopping("feature extractor", 5), now=NOW)
    run = train(edited(project, seed=3), "features", 1)
    assert run.run_id == "features-20260301-120100"


def test_a_plan_that_cannot_be_read_is_not_gone_on_with(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    first = train(project, "features")
    (project.layout.run(first.run_id) / PLAN).write_text("[]", encoding="utf-8")
    assert train(project, "features", 1).run_id != first.run_id


def test_a_plan_is_for_people_too(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    run = train(project, "features")
    document = json.loads((project.layout.run(run.run_id) / PLAN).read_text(encoding="utf-8"))
    assert document["plan"]["training"]["max_epochs"] == 2


def test_features_need_flow_and_the_sequence_model_needs_features(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest=FLOW)
    with pytest.raises(ProjectError, match="no trained flow model yet"):
        train(project, "features")
    with pytest.raises(ProjectError, match="no trained features model yet"):
        train(project, "sequence")


def test_flow_of_other_pictures_is_refused(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest=FLOW)
    train(project, "flow")
    with pytest.raises(CheckpointError, match="trained with flow image"):
        train(edited(project, image={"size": [32, 32]}), "features", 1)


def test_damaged_weights_of_the_stage_before_are_refused(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest=FLOW)
    run = train(project, "flow")
    path = project.layout.run(run.run_id) / WEIGHTS
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CheckpointError, match="not those of the run's card"):
        train(project, "features", 1)


def test_features_of_another_split_are_refused(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    train(project, "features")
    changed = edited(project, split={"by": "block", "block_frames": 20, "guard_frames": 2})
    split_project(changed, changed.manifest.split)
    with pytest.raises(ProjectError, match="trained on another split") as caught:
        train(changed, "sequence", 1)
    assert caught.value.fix == "train all stages on one split: deg train all"


def test_a_behaviour_that_never_happens_is_told_and_the_others_are_learned(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    for name, labels in project.labelled().items():
        labels.marks[:, 1] = 0
        save_labels(project.layout, name, labels)
    told: list[str] = []
    run = train(project, "features", tell=told.append)
    assert "behaviour 'rear' is never present in the training part: it cannot be learned" in told
    assert run.thresholds[1] == 0.5


def test_a_project_in_which_nothing_happens_is_refused(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    for name in project.labelled():
        save_labels(project.layout, name, Labels(np.zeros((60, 2), np.int8), ("walk", "rear"), 30.0))
    with pytest.raises(ProjectError, match="no behaviour is present in any training frame"):
        train(project, "features")


def test_validation_frames_without_any_behaviour_leave_the_loss_to_judge(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    for span in project.split().validation:
        save_labels(project.layout, span.record, Labels(np.zeros((60, 2), np.int8), ("walk", "rear"), 30.0))
    told: list[str] = []
    run = train(project, "features", tell=told.append)
    assert told == ["no behaviour is present in the validation part: features epochs are judged by the loss"]
    assert "fake-agreement" not in run.scores


def test_half_labelled_recordings_are_used(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    for name, labels in project.labelled().items():
        labels.marks[20:40] = -1
        labels.marks[40:, 1] = -1
        save_labels(project.layout, name, labels)
    runs = train_all(project, SILENCE, now=NOW)
    assert all(run.scores["fake-agreement"] == 1.0 for run in runs)


def test_flow_learns_from_recordings_nobody_scored_and_never_from_test_frames(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest=FLOW)
    first = train(project, "flow")
    add_record(project.layout, "unscored", tmp_path / "videos" / "one.npy", {}, copy=False)
    second = train(project, "flow", 1)
    assert second.run_id != first.run_id
    test = {span.record for span in project.split().test}
    for name in test:  # as black as night: had they been looked at, the colours would show it
        np.save(tmp_path / "videos" / f"{name}.npy", np.zeros((60, 16, 16, 3), np.uint8))
    third = train(project, "flow", 2)
    if "one" not in test:
        assert third.statistics == second.statistics


def test_exclusive_behaviours_have_no_thresholds(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, exclusive=True)
    runs = train_all(project, SILENCE, now=NOW)
    assert [run.thresholds for run in runs] == [(), ()]
    assert runs[1].n_outputs == 3
    outcomes = predict_targets(project, load_pipeline(project), find_targets(project, []), SILENCE)
    assert {outcome.status for outcome in outcomes} == {"predicted"}


def test_a_sequence_model_of_logits_is_trained_on_those(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest={"sequence": {"name": "fake-sequence-on-logits"}})
    train_all(project, SILENCE, now=NOW)
    assert load_pipeline(project).takes == "logits"


def test_latents_are_extracted_once(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    features, _ = train_all(project, SILENCE, now=NOW)
    span = project.split().train[0]
    path = project.layout.prediction(span.record)
    written = path.stat().st_mtime_ns
    changed = edited(project, sequence={"training": {"learning_rate": 0.1}})
    run = train(changed, "sequence", 1)
    assert path.stat().st_mtime_ns == written
    assert run.built_on == features.run_id
    assert identity_of(features).startswith(features.run_id)


def test_labels_of_another_length_are_refused(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    span = project.split().train[0]
    save_labels(project.layout, span.record, Labels(np.ones((61, 2), np.int8), ("walk", "rear"), 30.0))
    with pytest.raises(LabelError, match="60 frames in the video, 61 in the labels"):
        train(project, "features")


def test_labels_that_are_gone_are_named(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path)
    span = project.split().train[0]
    (project.layout.recording(span.record) / "labels.csv").unlink()
    with pytest.raises(ProjectError, match="no labels any more") as caught:
        train(project, "features")
    assert span.record in caught.value.where


def test_data_that_are_not_split_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not split yet"):
        train(tiny_project(tmp_path), "features")


def test_a_monitor_nobody_offers_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest={"features": {"training": {"monitor": "fake-agrement"}}})
    with pytest.raises(PluginNotFoundError, match="fake-agrement"):
        train(project, "features")
    assert not project.layout.cache.exists()


def test_a_precision_the_device_cannot_do_is_refused(tmp_path: Path) -> None:
    project = split_tiny_project(tmp_path, manifest={"precision": "16"})
    with pytest.raises(ManifestError, match="needs a GPU"):
        train(project, "features")


def test_reading_by_other_processes_gives_the_same_weights(tmp_path: Path) -> None:
    alone = train(split_tiny_project(tmp_path / "alone"), "features")
    helped = train(split_tiny_project(tmp_path / "helped", manifest={"workers": 1}), "features")
    assert alone.weights_sha256 == helped.weights_sha256


def test_a_project_without_a_cache_gives_the_same_weights(tmp_path: Path) -> None:
    cached = split_tiny_project(tmp_path / "cached")
    direct = split_tiny_project(tmp_path / "direct", manifest={"cache_gb": 0})
    assert train(cached, "features").weights_sha256 == train(direct, "features").weights_sha256
    assert cached.layout.cache.exists()
    assert not direct.layout.cache.exists()
