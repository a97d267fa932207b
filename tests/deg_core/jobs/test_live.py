from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lent import elsewhere, lend

from deg_core import Model, Project
from deg_core.errors import ProjectError
from deg_core.jobs.live import LiveDecisions, LiveSession
from deg_core.jobs.workspace import Workspace
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.store import load_prediction
from deg_core.testing.fakes import FakeExtractor, FakeSequenceModel
from deg_core.testing.projects import tiny_project, untrained_runs


def project_with_runs(folder: Path, **settings: Any) -> Workspace:
    workspace = tiny_project(folder, **settings)
    untrained_runs(workspace)
    return workspace


def opened(workspace: Workspace) -> Project:
    return Project(workspace.layout.root, catalog=workspace.catalog)


def lived(session: LiveSession, frames: np.ndarray, lost: range = range(0)) -> list[LiveDecisions]:
    decisions = []
    for index, frame in enumerate(frames):
        if index in lost:
            session.skip(1)
        else:
            decisions.append(session.push(frame[None]))
    return [*decisions, session.finish()]


def joined(decisions: list[LiveDecisions], name: str) -> np.ndarray:
    return np.concatenate([getattr(each, name) for each in decisions])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"manifest": {"features": {"name": "fake-flow-extractor"}}},
        {"exclusive": True},
        {"manifest": {"sequence": {"name": "fake-sequence-on-logits"}}},
        {"manifest": {"sequence": {"settings": {"receptive_field": 9}}}},
        {"manifest": {"image": {"size": [20, 24], "padding": "mean"}}},
    ],
    ids=["plain", "flow", "exclusive", "logits", "field", "image"],
)
def test_live_it_decides_as_prediction_does(tmp_path: Path, settings: dict[str, Any]) -> None:
    workspace = project_with_runs(tmp_path, **settings)
    project = opened(workspace)
    project.predict("one")
    expected = project.prediction("one").decisions
    decisions = lived(project.live(look_ahead=4), np.load(project.record("one").video_path))
    np.testing.assert_allclose(joined(decisions, "probabilities"), expected.probabilities, atol=1e-5)
    assert np.array_equal(joined(decisions, "present"), expected.present)
    assert joined(decisions, "decided").all()
    assert [each.first for each in decisions] == [0, *(each.stop for each in decisions[:-1])]


def test_a_shared_model_decides_live_by_the_thresholds_that_it_came_with(tmp_path: Path) -> None:
    workspace = project_with_runs(tmp_path)
    save_hand_thresholds(workspace.layout.run(opened(workspace).run().run_id), opened(workspace).run(), {"rear": 0.0})
    model = Model(lend(workspace, tmp_path / "mouse.deg"), catalog=elsewhere())
    frames = np.load(workspace.records(["one"])[0].video_path)
    decisions = lived(model.live(), frames)
    assert joined(decisions, "present")[:, 1].all()
    assert not joined(decisions, "present")[:, 0].all()


@pytest.mark.parametrize("image", [{"size": [16, 16]}, {"size": [16, 20], "crop": [3, 1, 12, 10]}])
def test_warming_up_runs_the_networks_and_changes_no_answer(
    tmp_path: Path, image: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = opened(project_with_runs(tmp_path, manifest={"image": image}))
    frames = np.load(project.record("one").video_path)
    expected = joined(lived(project.live(), frames), "logits")
    session, calls = project.live(), []
    forward = FakeSequenceModel.forward
    monkeypatch.setattr(FakeSequenceModel, "forward", lambda *each: calls.append(1) or forward(*each))
    session.warm_up()
    assert len(calls) >= 2
    assert np.array_equal(joined(lived(session, frames), "logits"), expected)


def test_what_was_decided_is_kept_as_a_prediction(tmp_path: Path) -> None:
    project = opened(project_with_runs(tmp_path))
    frames = np.load(project.record("one").video_path)
    session = project.live(look_ahead=0)
    decisions = lived(session, frames, lost=range(20, 25))
    path = tmp_path / "live" / "today.h5"
    session.save(path, "today", 30.0, decisions, np.arange(len(frames)) / 30)
    kept = load_prediction(path)
    assert kept.recording == "today"
    assert kept.ethogram.behaviours == ("walk", "rear")
    assert np.array_equal(kept.decisions.present, joined(decisions, "present"))
    lost = np.isnan(kept.decisions.probabilities).all(axis=1)
    assert np.flatnonzero(lost).tolist() == list(range(20, 25))
    assert not kept.decisions.present[20:25].any()
    assert "live" in kept.decisions.rule


def test_prediction_never_takes_it_for_its_own(tmp_path: Path) -> None:
    project = opened(project_with_runs(tmp_path))
    frames = np.load(project.record("one").video_path)
    session = project.live()
    path = project.workspace.layout.prediction("one")
    session.save(path, "one", 30.0, lived(session, frames), np.arange(len(frames)) / 30)
    assert [each.status for each in project.predict("one")] == ["predicted"]
    assert "live" not in project.prediction("one").decisions.sequence_run


def test_an_extractor_of_pose_is_refused(tmp_path: Path) -> None:
    project = opened(project_with_runs(tmp_path, manifest={"features": {"name": "fake-pose-extractor"}}))
    with pytest.raises(ProjectError, match="looks at pose"):
        project.live()


def test_one_that_surveys_recordings_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeExtractor, "n_survey_frames", 5, raising=False)
    monkeypatch.setattr(FakeExtractor, "survey", lambda *_: None, raising=False)
    with pytest.raises(ProjectError, match="a whole recording"):
        opened(project_with_runs(tmp_path)).live()


def test_it_looks_ahead_as_far_as_asked_and_never_further_than_is_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = opened(project_with_runs(tmp_path, manifest={"sequence": {"settings": {"receptive_field": 21}}}))
    looked = {asked: (project.live(asked).look_ahead, project.live(asked).delay) for asked in (None, 0, 2, 10, 30)}
    assert looked == {None: (5, 6), 0: (0, 1), 2: (2, 3), 10: (10, 11), 30: (10, 11)}
    monkeypatch.setattr(FakeSequenceModel, "look_ahead", 8, raising=False)
    assert [project.live(asked).look_ahead for asked in (None, 3, 30)] == [8, 3, 8]
    with pytest.raises(ValueError, match="look_ahead is -1"):
        project.live(-1)
