from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from deg_core.data.bouts import find_runs
from deg_core.data.labels import Labels
from deg_core.errors import ProjectError, VideoError
from deg_core.evaluation.report import Report
from deg_core.jobs.evaluate import evaluate, save_report
from deg_core.jobs.models import identity_of, load_pipeline
from deg_core.jobs.split import split_project
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.manifest import SplitSettings
from deg_core.project.records import save_labels
from deg_core.project.runs import save_run_record
from deg_core.testing.projects import tiny_project, untrained_runs

SILENCE = SilentProgress()
BLOCKS = {"split": {"by": "block", "block_frames": 20, "guard_frames": 4}}


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    project = tiny_project(tmp_path, manifest=BLOCKS)
    untrained_runs(project)
    return project


def test_frames_of_the_part_are_scored_and_no_others(project: Workspace) -> None:
    test = project.split().test
    for name, labels in project.labelled().items():
        wrong = 1 - labels.marks
        for span in test:
            if span.record == name:
                wrong[span.start : span.stop] = labels.marks[span.start : span.stop]
        save_labels(project.layout, name, Labels(wrong, labels.behaviours, 30.0))
    pipeline = load_pipeline(project)
    report = evaluate(project, pipeline, "test", SILENCE)
    assert report.scores["fake-agreement"].per_behaviour == {"walk": 1.0, "rear": 1.0}
    assert report.n_frames == sum(span.n_frames for span in test)
    assert report.part == "test"
    assert report.recordings == tuple(sorted({span.record for span in test}))
    assert report.runs == (identity_of(pipeline.features_run), identity_of(pipeline.sequence_run))
    assert evaluate(project, pipeline, "train", SILENCE).scores["fake-agreement"].overall == 0.0


def test_the_split_of_the_run_counts_and_not_the_file_of_today(project: Workspace) -> None:
    pipeline = load_pipeline(project)
    expected = evaluate(project, pipeline, "test", SILENCE)
    split_project(project, SplitSettings(by="block", block_frames=30, guard_frames=0, fractions=(0.1, 0.1, 0.8)))
    assert evaluate(project, pipeline, "test", SILENCE) == expected


def test_runs_of_different_splits_have_no_unseen_frames(project: Workspace) -> None:
    pipeline = load_pipeline(project)
    run = pipeline.sequence_run
    swapped = run.model_copy(update={"split": run.split.model_copy(update={"test": run.split.train, "train": ()})})
    save_run_record(project.layout.run(run.run_id), swapped)
    with pytest.raises(ProjectError, match="trained on different splits") as caught:
        evaluate(project, load_pipeline(project), "test", SILENCE)
    assert caught.value.fix == "train again on one split: deg train all"


def test_an_empty_part_is_refused(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"split": {"fractions": [0.5, 0.5, 0.0]}})
    untrained_runs(project)
    with pytest.raises(ProjectError, match="the test part of the split is empty"):
        evaluate(project, load_pipeline(project), "test", SILENCE)


def test_a_video_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    untrained_runs(project)
    (tmp_path / "videos" / f"{project.split().test[0].record}.npy").write_bytes(b"broken")
    with pytest.raises(VideoError):
        evaluate(project, load_pipeline(project), "test", SILENCE)


def test_labels_that_are_gone_are_named(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    untrained_runs(project)
    name = project.split().test[0].record
    (project.layout.recording(name) / "labels.csv").unlink()
    with pytest.raises(ProjectError, match="labels, on which the model is to be tested, are gone") as caught:
        evaluate(project, load_pipeline(project), "test", SILENCE)
    assert name in caught.value.where


def test_labels_of_another_length_are_refused_with_both(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    untrained_runs(project)
    name = project.split().test[0].record
    save_labels(project.layout, name, Labels(np.zeros((59, 2), np.int8), ("walk", "rear"), 30.0))
    with pytest.raises(ProjectError, match="60 frames in the video, 59 in the labels"):
        evaluate(project, load_pipeline(project), "test", SILENCE)


def test_a_behaviour_without_positives_keeps_its_count_of_nothing(project: Workspace) -> None:
    for name, labels in project.labelled().items():
        labels.marks[:, 1] = -1
        save_labels(project.layout, name, labels)
    report = evaluate(project, load_pipeline(project), "test", SILENCE)
    assert report.counts["rear"].labelled == 0
    assert report.counts["rear"].base_rate is None
    assert report.scores["fake-agreement"].per_behaviour["rear"] is None


def test_thresholds_set_by_hand_count_and_are_told_of(project: Workspace) -> None:
    pipeline = load_pipeline(project)
    assert evaluate(project, pipeline, "test", SILENCE).thresholds_by_hand == ()
    run = pipeline.sequence_run
    save_hand_thresholds(project.layout.run(run.run_id), run, {"rear": 0.0})
    report = evaluate(project, pipeline, "test", SILENCE)
    assert report.thresholds_by_hand == ("rear",)
    base_rate = report.counts["rear"].base_rate
    assert report.scores["fake-agreement"].per_behaviour["rear"] == pytest.approx(base_rate)


def test_a_report_is_kept(project: Workspace) -> None:
    report = evaluate(project, load_pipeline(project), "test", SILENCE)
    save_report(project, report)
    assert Report.model_validate_json(project.layout.evaluation.read_text(encoding="utf-8")) == report


def test_recordings_are_drawn_anew_and_blocks_where_there_is_one(project: Workspace, tmp_path: Path) -> None:
    pipeline = load_pipeline(project)
    report = evaluate(project, pipeline, "test", SILENCE)
    assert (report.resampled, report.n_units) == ("recordings", len(report.recordings))
    card = report.scores["fake-agreement"]
    assert card.overall is not None
    assert card.overall_interval is not None
    assert card.overall_interval[0] <= card.overall <= card.overall_interval[1]
    (tmp_path / "whole").mkdir()
    whole = tiny_project(tmp_path / "whole")
    untrained_runs(whole)
    alone = evaluate(whole, load_pipeline(whole), "test", SILENCE)
    assert (alone.resampled, alone.n_units) == ("blocks of one recording", 20)
    without = evaluate(project, pipeline, "test", SILENCE, n_resamples=0)
    assert (without.resampled, without.n_units) == ("", 0)
    assert without.scores["fake-agreement"].overall_interval is None
    assert without.scores["fake-agreement"].overall == card.overall


def test_bouts_of_the_part_are_counted(project: Workspace) -> None:
    report = evaluate(project, load_pipeline(project), "test", SILENCE)
    labels = project.labelled()
    runs = [find_runs(labels[s.record].marks[s.start : s.stop, 0] == 1) for s in project.split().test]
    assert report.bouts is not None
    assert report.bouts.per_behaviour["walk"].labelled == sum(map(len, runs))
    assert report.bouts.f1[0] == pytest.approx(1.0, abs=0.2)
    assert report.bouts.edit is not None
    assert report.bouts.edit_chance is not None
    assert report.bouts.edit > report.bouts.edit_chance


def test_probabilities_that_are_no_numbers_are_never_scored(project: Workspace) -> None:
    pipeline = load_pipeline(project)
    evaluate(project, pipeline, "test", SILENCE)
    name = project.split().test[0].record
    with h5py.File(project.layout.prediction(name), "r+") as file:
        file["probabilities"][7:9, 1] = np.nan
    with pytest.raises(ProjectError, match="no numbers in 2 frames, the first of them 7") as caught:
        evaluate(project, pipeline, "test", SILENCE)
    assert name in caught.value.where
