from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from deg_core import Project
from deg_core.api import ProjectError
from deg_plugins_figures.from_project import recording_tracks, scored_frames, training_curves


def _refuse(text: str) -> None:
    pytest.fail(f"warned of {text}")


def _tested(project: Project) -> str:
    (span,) = project.spans("test", project.run().run_id)
    return span.record


def test_tracks_hold_what_a_person_and_deg_say(project: Project) -> None:
    tracks = recording_tracks(project, "one", _refuse)
    labels = project.labels("one")
    assert labels is not None
    assert tracks.marks is not None
    assert np.array_equal(tracks.marks, labels.marks)
    assert np.array_equal(tracks.present, project.prediction("one").decisions.present)
    assert tracks.behaviours == ("walk", "rear")
    assert tracks.recording == "one"


def test_only_recordings_of_the_test_part_have_test_spans(project: Project) -> None:
    tested = _tested(project)
    spans = {record.name: recording_tracks(project, record.name, _refuse).test_spans for record in project.recordings()}
    assert spans.pop(tested) == ((0, 60),)
    assert set(spans.values()) == {()}


def test_a_project_without_a_name_is_called_as_its_folder_is(project: Project) -> None:
    nameless = replace(project.workspace, manifest=project.manifest.model_copy(update={"name": ""}))
    assert project.workspace.name == "tiny"
    assert nameless.name == project.workspace.layout.root.name == "project"


def test_another_video_is_drawn_without_labels(project: Project) -> None:
    video = project.record("one").video_path.with_name("stranger.npy")
    shutil.copyfile(project.record("one").video_path, video)
    with pytest.raises(ProjectError, match="not predicted"):
        recording_tracks(project, str(video), _refuse)
    project.predict(video)
    for name in (str(video), "stranger"):
        tracks = recording_tracks(project, name, _refuse)
        assert tracks.marks is None
        assert tracks.test_spans == ()
        assert tracks.recording == "stranger"


def test_an_unknown_recording_is_refused_with_those_there_are(project: Project) -> None:
    with pytest.raises(ProjectError, match="neither a recording nor a file") as caught:
        recording_tracks(project, "onne", _refuse)
    assert "one" in caught.value.fix


def test_a_run_that_is_gone_is_told_of(project: Project) -> None:
    run_id = project.run().run_id
    shutil.rmtree(project.workspace.layout.run(run_id))
    said: list[str] = []
    tracks = recording_tracks(project, "one", said.append)
    assert tracks.test_spans == ()
    assert run_id in said[0]


def test_labels_of_another_length_are_refused(project: Project) -> None:
    path = project.record("one").labels_path
    assert path is not None
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(ProjectError, match="60 frames predicted, 59 labelled"):
        recording_tracks(project, "one", _refuse)


def test_predictions_of_other_behaviours_are_refused(project: Project) -> None:
    manifest = project.workspace.layout.manifest
    manifest.write_text(manifest.read_text().replace("[walk, rear]", "[rear, walk]"))
    with pytest.raises(ProjectError, match="predicted for walk, rear, but the project has rear, walk"):
        recording_tracks(Project(project.workspace.layout.root), "one", _refuse)


def test_scored_frames_are_those_of_the_part_alone(project: Project) -> None:
    frames = scored_frames(project, "test", None)
    tracks = recording_tracks(project, _tested(project), _refuse)
    assert np.array_equal(frames.probabilities, tracks.probabilities)
    assert tracks.marks is not None
    assert np.array_equal(frames.marks, tracks.marks)
    assert frames.title.startswith("tiny: test frames")
    assert project.run().run_id in frames.title
    assert len(scored_frames(project, "train", None).marks) + len(frames.marks) < 60 * 3


def test_predictions_of_another_run_are_not_scored(project: Project) -> None:
    run = project.run()
    other = project.workspace.layout.run("sequence-other")
    shutil.copytree(project.workspace.layout.run(run.run_id), other)
    card = other / "run.json"
    card.write_text(card.read_text().replace(run.run_id, "sequence-other"))
    with pytest.raises(ProjectError, match="not by sequence-other") as caught:
        scored_frames(project, "test", "sequence-other")
    assert "deg predict" in caught.value.fix


def test_labels_that_are_gone_are_missed(project: Project) -> None:
    path = project.record(_tested(project)).labels_path
    assert path is not None
    path.unlink()
    with pytest.raises(ProjectError, match="labels are gone"):
        scored_frames(project, "test", None)


_CURVES = "epoch,train_loss,validation_loss,score,learning_rate,seconds\n1,0.5,0.6,,0.001,3\n2,0.4,0.5,0.9,0.001,3\n"


def _write_curves(project: Project, run_id: str, text: str = _CURVES) -> None:
    folder = project.workspace.layout.run(run_id)
    folder.mkdir(exist_ok=True)
    (folder / "metrics.csv").write_text(text)


def test_curves_come_from_the_newest_run_of_each_stage_that_has_some(project: Project) -> None:
    features = next(run.run_id for run in project.runs() if run.stage == "features")
    _write_curves(project, features)
    (curves,) = training_curves(project, ())
    assert curves.run_id == features
    assert curves.columns["train_loss"].tolist() == [0.5, 0.4]
    assert np.isnan(curves.columns["score"][0])


def test_a_run_still_in_training_can_be_named(project: Project) -> None:
    _write_curves(project, "features-unfinished")
    (curves,) = training_curves(project, ["features-unfinished"])
    assert curves.columns["epoch"].tolist() == [1, 2]
    assert curves.best_epoch is None


def test_runs_without_curves_are_refused(project: Project) -> None:
    with pytest.raises(ProjectError, match="no run has curves"):
        training_curves(project, ())
    with pytest.raises(ProjectError, match="no training curves"):
        training_curves(project, [project.run().run_id])
    _write_curves(project, "features-begun", _CURVES.splitlines()[0] + "\n")
    with pytest.raises(ProjectError, match="no epoch is finished"):
        training_curves(project, ["features-begun"])
