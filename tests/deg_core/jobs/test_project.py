from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from deg_core import Project
from deg_core.api import CheckpointError, LabelError, Labels, ManifestError, ProjectError, Span
from deg_core.catalog import Catalog
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs


def _open_tiny(root: Path, catalog: Catalog | None = None) -> Workspace:
    return open_workspace(root, catalog or only_plugins(*FAKES))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    workspace = tiny_project(tmp_path)
    untrained_runs(workspace)
    monkeypatch.setattr("deg_core.jobs.project.open_workspace", _open_tiny)
    return Project(workspace.layout.root)


def test_a_project_is_found_from_any_folder_in_it(project: Project) -> None:
    root = project.workspace.layout.root
    assert Project.find(root).workspace.layout.root == root
    assert Project.find(root / "recordings" / "one").workspace.layout.root == root


def test_a_folder_in_no_project_is_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        Project.find(tmp_path)
    assert str(tmp_path) in caught.value.where


def test_the_run_that_predicts_is_the_newest_sequence_run(project: Project) -> None:
    assert project.run().stage == "sequence"
    features = project.runs()[0].run_id
    assert project.run(features).run_id == features
    with pytest.raises(CheckpointError):
        project.run("sequence-never")


def test_thresholds_are_set_by_hand_and_given_back(project: Project) -> None:
    assert project.thresholds() == {"walk": 0.5, "rear": 0.5}
    project.set_thresholds({"rear": 0.25, "walk": 0.75})
    project.set_thresholds({"walk": None})
    assert project.thresholds() == {"walk": 0.5, "rear": 0.25}
    project.predict("one")
    assert project.prediction("one").decisions.thresholds.tolist() == [0.5, 0.25]


def test_a_stretch_to_score_is_what_was_predicted_beside_its_labels(project: Project) -> None:
    project.predict("one")
    stretch, prediction = project.stretch(Span("one", 10, 25)), project.prediction("one")
    labels = project.labels("one")
    assert labels is not None
    assert np.array_equal(stretch.present, prediction.decisions.present[10:25])
    assert np.array_equal(stretch.labels, labels.marks[10:25])
    assert project.record("one").labels_path is not None
    (project.workspace.layout.recordings / "one" / "labels.csv").unlink()
    with pytest.raises(ProjectError, match="no labels to score by"):
        Project(project.workspace.layout.root).stretch(Span("one", 10, 25))


def test_spans_are_those_the_run_was_trained_with(project: Project) -> None:
    run = project.run()
    before = project.spans("test", run.run_id)
    project.workspace.layout.split.unlink()
    assert project.spans("test", run.run_id) == before
    assert [span.record for span in before] == [card.record for card in run.split.test]


def test_a_prediction_is_found_by_name_and_by_path(project: Project) -> None:
    stranger = project.record("one").video_path.with_name("stranger.npy")
    shutil.copyfile(project.record("one").video_path, stranger)
    project.predict("one", stranger)
    expected = project.prediction("one").decisions.probabilities
    for name in (stranger, str(stranger), "stranger"):
        assert np.array_equal(project.prediction(name).decisions.probabilities, expected)
    assert project.open_video(stranger).n_frames == 60
    assert project.labels(stranger) is None
    assert project.labels("one") is not None
    with pytest.raises(ProjectError, match="neither a recording nor a file"):
        project.prediction("nobody")


def test_curves_have_gaps_where_nothing_was_measured(project: Project) -> None:
    path = project.workspace.layout.run(project.run().run_id) / "metrics.csv"
    path.write_text("epoch,train_loss,score\n1,0.5,\n2,0.25,0.75\n")
    curves = project.curves(project.run().run_id)
    assert list(curves) == ["epoch", "train_loss", "score"]
    assert curves["train_loss"].tolist() == [0.5, 0.25]
    assert np.isnan(curves["score"][0])


@pytest.mark.parametrize("text", ["", "epoch,train_loss\n1\n", "epoch,train_loss\n1,low\n"])
def test_damaged_curves_are_refused(project: Project, text: str) -> None:
    (project.workspace.layout.run(project.run().run_id) / "metrics.csv").write_text(text)
    with pytest.raises(CheckpointError, match="damaged"):
        project.curves(project.run().run_id)


def test_a_run_without_curves_says_why_it_may_have_none(project: Project) -> None:
    with pytest.raises(ProjectError, match="no training curves") as caught:
        project.curves(project.run().run_id)
    assert "fitted in one go" in caught.value.fix


def test_labels_made_in_python_take_the_place_of_others(project: Project) -> None:
    marks = np.array([[1, 0]] * 60, dtype=np.int8)
    project.set_labels("one", Labels(marks[:, ::-1].copy(), ("rear", "walk")))
    kept = project.labels("one")
    assert kept is not None
    assert kept.behaviours == ("walk", "rear")
    assert np.array_equal(kept.marks, marks)
    with pytest.raises(LabelError, match="'fly'"):
        project.set_labels("one", Labels(marks, ("walk", "fly")))


def test_a_project_can_be_opened_with_the_plugins_of_another(project: Project) -> None:
    catalog = project.workspace.catalog
    assert Project(project.workspace.layout.root, catalog=catalog).workspace.catalog is catalog
