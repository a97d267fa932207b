"""Learning from what a trained pipeline says. Fakes are good as they are built: an untrained run can teach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from editing import edited
from hypothesis import given
from hypothesis import strategies as st
from lent import STAND_INS, lend

from deg_core.data.labels import Labels
from deg_core.data.record import Span
from deg_core.data.splits import Split
from deg_core.errors import CheckpointError, DegError, ManifestError, ProjectError
from deg_core.jobs.check import check_project
from deg_core.jobs.curriculum import labelled_clips
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.run_card import run_card
from deg_core.jobs.split import split_project
from deg_core.jobs.teacher import be_taught, find_teacher, mixed, taught_spans
from deg_core.jobs.train import train_all, train_stage
from deg_core.jobs.training_data import load_training_data
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.manifest import Stage
from deg_core.project.records import add_record, save_labels
from deg_core.project.run_record import RunRecord
from deg_core.project.runs import PLAN
from deg_core.project.split_file import load_split
from deg_core.project.store import load_prediction
from deg_core.testing.fake_scoring import fake_loss
from deg_core.testing.fakes import FakeSequenceModel, fake_sequence
from deg_core.testing.projects import tiny_project, untrained_runs

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def project_of(folder: Path, *plugins: Any, **options: Any) -> Workspace:
    """Three recordings with labels, one for each part, and `four`, which nobody scored."""
    project = tiny_project(folder, *plugins, n_recordings=4, **options)
    (project.layout.recording("four") / "labels.csv").unlink()
    split_project(project, project.manifest.split)
    return project


def taught(project: Workspace, weight: float = 0.5, run: str | None = None, **changes: Any) -> Workspace:
    """The project with a teacher: by default an untrained run of its own."""
    name = run or untrained_runs(project)[-1].run_id
    return edited(project, teacher={"run": name, "weight": weight}, **changes)


def train(project: Workspace, stage: Stage, minutes: int = 0, **options: Any) -> RunRecord:
    return train_stage(project, stage, SILENCE, now=NOW + timedelta(minutes=minutes), **options)


def soft_labels(project: Workspace) -> dict[str, Any]:
    found = find_teacher(project, load_training_data(project))
    assert found is not None
    return dict(be_taught(project, *found, SILENCE).soft)


def part(project: Workspace, name: str) -> str:
    split = project.split()
    (found,) = {span.record for span in getattr(split, name)}
    return found


def test_a_teacher_speaks_where_nobody_scored_and_is_mixed_with_labels_elsewhere(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path), 0.25)
    soft, scored = soft_labels(project), part(project, "train")
    assert soft.keys() == {scored, "four"}
    said = {name: load_prediction(next(project.layout.cache.rglob(f"{name}.h5"))).decisions for name in soft}
    assert np.array_equal(soft["four"], said["four"].probabilities)
    marks = project.labelled()[scored].marks
    np.testing.assert_allclose(soft[scored], 0.75 * marks + 0.25 * said[scored].probabilities, atol=1e-6)
    assert soft["four"].dtype == soft[scored].dtype == np.float32
    assert not project.layout.predictions.exists()


def test_clips_of_training_have_soft_labels_and_those_of_validation_a_person_s(tmp_path: Path) -> None:
    project = edited(project_of(tmp_path), split={"by": "block", "block_frames": 10, "guard_frames": 2})
    split_project(project, project.manifest.split)
    project = taught(project)
    found = find_teacher(project, load_training_data(project))
    assert found is not None
    data = be_taught(project, *found, SILENCE)
    train, validation = labelled_clips(SimpleNamespace(data=data), 3)  # type: ignore[arg-type]  # all that is looked at
    assert train.labels.dtype == np.float32
    assert validation.labels.dtype == np.int8
    assert len(train) == sum(span.n_frames for span in data.taught)
    for which, start, labels in zip(train.which, train.starts, train.labels, strict=True):
        assert np.array_equal(labels, data.soft[train.recordings[which]][start + 1])
    assert np.array_equal(validation.labels, data.marks(data.split.validation))


def test_the_run_says_who_taught_it_and_on_how_much(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path), 0.25)
    told: list[str] = []
    features, sequence = (train(project, stage, tell=told.append) for stage in ("features", "sequence"))
    pipeline = load_pipeline(project, project.manifest.teacher.run if project.manifest.teacher else None)
    assert features.taught_by is not None
    assert features.taught_by == sequence.taught_by
    assert features.taught_by.source == pipeline.sequence_run.run_id
    assert [name.partition(":")[0] for name in features.taught_by.runs] == [
        pipeline.features_run.run_id,
        pipeline.sequence_run.run_id,
    ]
    assert (features.taught_by.weight, features.taught_by.recordings, features.taught_by.frames) == (0.25, 2, 120)
    assert sum("of 120 frames in 2 recordings; where labelled it counts for 0.25" in each for each in told) == 2
    assert run_card(project, sequence.run_id)["project"]["teacher"] == {
        "run": pipeline.sequence_run.run_id,
        "weight": 0.25,
    }
    assert check_project(project, SILENCE).notes == (f"features, sequence: {features.taught_by.summary()}",)


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_pupil_learns_what_only_its_teacher_knows(tmp_path: Path, exclusive: bool) -> None:
    """Labels of the training part are turned round; with weight 1 they are not heard, with weight 0 nothing else is."""
    scores = {}
    for weight in (0.0, 1.0):
        project = project_of(tmp_path / str(weight), exclusive=exclusive)
        fast = {"learning_rate": 0.5, "max_epochs": 3, "steps_per_epoch": 30, "monitor": "loss"}
        project = taught(project, weight, features={"training": fast}, sequence={"training": fast})
        name = part(project, "train")
        labels = project.labelled()[name]
        wrong = np.roll(labels.marks, 1, axis=1) if exclusive else 1 - labels.marks
        save_labels(project.layout, name, Labels(wrong, labels.behaviours, 30.0))
        (project.layout.recording("four") / "recording.yaml").unlink()
        *_, run = train_all(project, SILENCE, now=NOW)
        scores[weight] = run.scores["loss"]
    assert scores[1.0] is not None
    assert scores[0.0] is not None
    assert scores[1.0] < 0.6 * scores[0.0]


def test_answers_are_kept_between_stages_and_runs(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path))
    train(project, "features")
    paths = sorted(project.layout.cache.rglob("*.h5"))
    before = [path.stat().st_mtime_ns for path in paths]
    assert len(paths) == 2
    train(project, "sequence")
    train(edited(project, teacher={"weight": 0.9}), "features", 1)
    assert [path.stat().st_mtime_ns for path in paths] == before


def test_a_taught_run_is_kept_and_another_weight_or_teacher_trains_anew(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path))
    first = train(project, "features")
    for leftover in project.layout.cache.rglob("*.h5"):
        leftover.unlink()
    assert train(project, "features", 1).run_id == first.run_id
    assert not list(project.layout.cache.rglob("*.h5"))  # nothing to train is nothing to ask
    assert train(edited(project, teacher={"weight": 0.75}), "features", 2).run_id != first.run_id
    assert train(edited(project, teacher=None), "features", 3).taught_by is None
    assert "teacher" not in json.loads((project.layout.run("features-20260301-120300") / PLAN).read_text())["plan"]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    whole = train(taught(project_of(tmp_path / "whole")), "features")
    project = taught(project_of(tmp_path / "part"))

    def stop(sentence: str) -> None:
        if "is gone on with" not in sentence:
            return
        raise AssertionError(sentence)

    class Stopping(SilentProgress):
        def task(self, description: str, total: int, done: int = 0) -> Any:
            if description == "validation":
                raise KeyboardInterrupt
            return super().task(description, total, done)

    with pytest.raises(KeyboardInterrupt):
        train_stage(project, "features", Stopping(), now=NOW, tell=stop)
    told: list[str] = []
    assert train(project, "features", 5, tell=told.append).weights_sha256 == whole.weights_sha256
    assert any("is gone on with" in sentence for sentence in told)


def test_flow_has_no_teacher(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}}))
    assert train(project, "flow").taught_by is None
    assert not list(project.layout.cache.rglob("teachers"))


def test_a_shared_model_and_another_project_teach_too_their_behaviours_in_any_order(tmp_path: Path) -> None:
    old = tiny_project(tmp_path / "old", *STAND_INS, behaviours=("walk", "rear"))
    untrained_runs(old)
    lend(old, tmp_path / "own" / "mouse.deg")
    project = project_of(tmp_path / "own", *STAND_INS, behaviours=("rear", "walk"))
    answers = [soft_labels(taught(project, 1.0, run)) for run in ("../mouse.deg", "../../old/project")]
    own = soft_labels(taught(project, 1.0))
    for answer in answers:
        # The colour of the other lab's first behaviour is that of our first one, which has another name.
        np.testing.assert_allclose(answer["four"][:, ::-1], own["four"], atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"behaviours": ("walk", "dig")}, CheckpointError, "teaches walk, dig, but the project is about walk, rear"),
        ({"behaviours": ("walk", "rear", "dig")}, CheckpointError, "teaches walk, rear, dig, but"),
        ({"exclusive": True}, CheckpointError, "teaches walk, rear, which exclude each other, but"),
    ],
)
def test_a_teacher_of_other_behaviours_is_refused(
    tmp_path: Path, changes: dict[str, Any], error: type[DegError], message: str
) -> None:
    untrained_runs(tiny_project(tmp_path / "old", **changes))
    project = taught(project_of(tmp_path / "own"), run="../../old/project")
    with pytest.raises(error, match=message):
        train(project, "features")
    assert not project.layout.runs.exists()


def test_a_teacher_that_is_not_there_is_refused(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path), run="sequence-1")
    with pytest.raises(ManifestError, match="'sequence-1' is no run of this project"):
        train(project, "features")
    (finding,) = [each.error for each in check_project(project, SILENCE).findings if each.level == "error"]
    assert finding.where.endswith("teacher.run")


def test_a_teacher_that_learned_on_another_split_is_refused(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path))
    split_project(project, project.manifest.split.model_copy(update={"by": "block", "block_frames": 10}))
    with pytest.raises(ProjectError, match=r"trained on another split .* may know frames of its test part"):
        train(project, "features")


class Solver(FakeSequenceModel):
    """Brings a solver of its own."""

    def fit(self, examples: Any) -> None:
        pass


def test_what_cannot_learn_from_probabilities_is_refused_before_the_teacher_is_asked(tmp_path: Path) -> None:
    solver = replace(fake_sequence, name="solver", build=Solver)
    hard = replace(fake_loss, name="hard-loss", soft_labels=False)
    project = taught(project_of(tmp_path, solver, hard))
    with pytest.raises(ManifestError, match="loss 'hard-loss' takes no labels between 0 and 1"):
        train(edited(project, features={"loss": {"name": "hard-loss"}}), "features")
    with pytest.raises(ManifestError, match="'solver' is not trained step by step"):
        train(edited(project, sequence={"name": "solver"}), "sequence")
    assert not list(project.layout.cache.rglob("teachers"))


def test_a_recording_that_cannot_be_answered_for_stops_it(tmp_path: Path) -> None:
    project = taught(project_of(tmp_path))
    train(project, "features")
    (tmp_path / "videos" / "four.npy").write_bytes(b"damaged" * 1000)
    with pytest.raises(DegError):
        train(edited(project, teacher={"weight": 0.1}), "features", 1)


def test_only_recordings_of_training_and_unscored_ones_are_taught(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    train_name = part(project, "train")
    assert taught_spans(project, project.split()) == tuple(
        sorted([Span("four", 0, 60), Span(train_name, 0, 60)], key=lambda span: span.record)
    )
    add_record(project.layout, "five", tmp_path / "videos" / "four.npy", {}, copy=False)
    save_labels(project.layout, "five", Labels(np.ones((60, 2), np.int8), ("walk", "rear"), 30.0))
    assert "five" not in {span.record for span in taught_spans(project, project.split())}  # perhaps kept for a test


def test_an_unscored_copy_of_a_test_video_is_not_taught(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    for name in ("validation", "test"):
        video = project.records([part(project, name)])[0].video_path
        add_record(project.layout, f"copy-{name}", video, {}, copy=False)
    assert {span.record for span in taught_spans(project, project.split())} == {"four", part(project, "train")}


def test_unscored_recordings_of_a_test_animal_are_not_taught(tmp_path: Path) -> None:
    project = edited(project_of(tmp_path), split={"by": "group", "group": "animal"})
    (project.layout.recording("four") / "recording.yaml").unlink()
    for name in ("one", "three"):
        animal = project.records([name])[0].groups
        add_record(project.layout, f"more-of-{name}", tmp_path / "videos" / "four.npy", animal, copy=False)
    split = Split((Span("three", 0, 60),), (), (Span("one", 0, 60),))
    assert {span.record for span in taught_spans(project, split)} == {"three", "more-of-three"}


def test_of_a_recording_with_test_blocks_only_training_blocks_are_taught(tmp_path: Path) -> None:
    project = project_of(tmp_path, manifest={"split": {"by": "block", "block_frames": 10, "guard_frames": 2}})
    split = load_split(project.layout)
    spans = set(taught_spans(project, split))
    held = {span.record for span in (*split.validation, *split.test)}
    assert {span for span in spans if span.record in held} == {span for span in split.train if span.record in held}
    project = taught(project)
    assert train(project, "features").taught_by is not None
    assert train(project, "sequence").scores["fake-agreement"] == 1.0


@given(
    st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=2, max_size=2), min_size=1, max_size=6),
    st.floats(0, 1),
    st.booleans(),
)
def test_mixed_labels_lie_between_what_both_say(marks: list[list[int]], weight: float, exclusive: bool) -> None:
    marks_TK = np.array(marks, dtype=np.int8)
    said = np.random.default_rng(0).dirichlet([1, 1, 1], len(marks))[:, :2].astype(np.float32)
    soft = mixed(marks_TK, said, weight, exclusive=exclusive)
    assert ((soft >= 0) & (soft <= 1)).all()
    known = marks_TK >= 0
    if exclusive:
        known |= (marks_TK == 1).any(axis=1)[:, None]
    if exclusive and (marks_TK.sum(axis=1) <= 1).all():
        assert (soft.sum(axis=1) <= 1 + 1e-6).all()
    np.testing.assert_array_equal(
        soft[~known.all(axis=1)] if exclusive else soft[~known], said[~known.all(axis=1)] if exclusive else said[~known]
    )
    np.testing.assert_array_equal(mixed(marks_TK, said, 1.0, exclusive=exclusive), said)
    np.testing.assert_array_equal(mixed(marks_TK, said, 0.0, exclusive=False)[marks_TK >= 0], marks_TK[marks_TK >= 0])
