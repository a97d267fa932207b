"""Files that people have from deg 0.1 are read by today's code, and mean what they meant.

`make_project.py` made them. A failure here means that somebody's project no longer opens: mend the code, not the files.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from deg_core import Project
from deg_core.api import LabelFormatPlugin, Timeline
from deg_core.catalog import load_catalog
from deg_core.data.record import Span
from deg_core.evaluation.report import Report
from deg_core.jobs.models import load_flow, load_pipeline
from deg_core.project.runs import check_weights

HERE = Path(__file__).parent
BEHAVIOURS = ("groom", "rear, high")
MOST_BYTES = 300_000


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy that may be changed."""
    return Project(shutil.copytree(HERE / "project", tmp_path / "project"))


def runs_of(project: Project) -> dict:
    return {run.stage: run for run in project.runs()}


def frames_of(column: np.ndarray) -> list[int]:
    return np.flatnonzero(column == 1).tolist()


def test_all_of_it_stays_small():
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file()) < MOST_BYTES


def test_the_project_file_means_what_it_meant(project):
    manifest = project.manifest
    assert (manifest.name, manifest.behaviours, manifest.exclusive, manifest.seed) == ("golden", BEHAVIOURS, False, 7)
    assert (manifest.image.size, manifest.image.padding) == ((16, 16), "mean")
    assert manifest.flow.settings == {"n_frames": 2, "width": 1}
    assert (manifest.features.name, manifest.features.settings["movement"]) == ("pixel-pca", "signed")
    assert (manifest.sequence.name, manifest.sequence.length) == ("tgmj", 20)
    assert manifest.sequence.loss is not None
    assert manifest.sequence.loss.settings == {"gamma": 2.0}
    assert (manifest.thresholds.method, manifest.thresholds.value) == ("fixed", 0.4)
    assert (manifest.postprocess.name, manifest.postprocess.settings) == ("min-bout", {"frames": 2})
    assert (manifest.metrics, manifest.device) == (("accuracy", "f1"), "cpu")


def test_recordings_have_their_videos_groups_and_labels(project):
    assert [record.name for record in project.recordings()] == ["monday", "tuesday", "wednesday"]
    assert project.record("tuesday").groups == {"animal": "m1"}
    labels = project.labels("monday")
    assert labels is not None
    assert labels.behaviours == BEHAVIOURS
    assert frames_of(labels.marks[:, 0]) == [*range(3, 11), *range(22, 27)]
    assert frames_of(labels.marks[:, 1]) == [*range(8, 14), *range(29, 33)]
    assert np.flatnonzero((labels.marks == -1).all(axis=1)).tolist() == [35, 36, 37, 38, 39]


def test_videos_are_read(project):
    video = project.open_video("monday")
    assert (video.n_frames, video.frames_per_second) == (40, 25.0)
    assert video.read(10, 11)[0, 0, 0].tolist() == [200, 60, 60]
    assert video.read(10, 11)[0, 15, 0].tolist() == [60, 60, 220]


def test_the_split_is_kept(project):
    split = project.workspace.split()
    assert split.train == (Span("wednesday", 0, 40),)
    assert split.validation == (Span("monday", 0, 40),)
    assert split.test == (Span("tuesday", 0, 40),)


def test_cards_say_what_was_trained_and_how(project):
    runs = runs_of(project)
    assert set(runs) == {"flow", "features", "sequence"}
    assert {run.plugin.name for run in runs.values()} == {"tiny-motion-net", "pixel-pca", "tgmj"}
    assert {run.plugin.version for run in runs.values()} == {"0.1.0"}
    assert {run.behaviours for run in runs.values()} == {BEHAVIOURS}
    sequence = runs["sequence"]
    assert sequence.built_on == runs["features"].run_id
    assert sequence.plugin.settings["n_hidden"] == 4
    assert sequence.loss is not None
    assert (sequence.loss.name, sequence.loss.settings["gamma"]) == ("focal-bce", 2.0)
    assert (sequence.n_latents, sequence.n_outputs) == (6, 2)
    assert sequence.thresholds == pytest.approx((0.4, 0.4))
    assert sequence.neutral == pytest.approx((0.5254, 0.4165), abs=1e-4)
    assert sequence.postprocess is not None
    assert (sequence.postprocess.name, sequence.postprocess.settings["frames"]) == ("min-bout", 2)
    assert sequence.scores["f1"] == pytest.approx(0.8562, abs=1e-4)
    assert sequence.scores["epoch"] == 17
    assert project.spans("test", sequence.run_id) == (Span("tuesday", 0, 40),)
    assert runs["features"].statistics.mean == pytest.approx((0.3245, 0.2353, 0.2863), abs=1e-4)


def test_curves_are_read(project):
    curves = project.curves(runs_of(project)["sequence"].run_id)
    assert curves["epoch"].tolist() == list(range(1, 21))
    assert curves["train_loss"][[0, -1]] == pytest.approx([9.1535, 3.9022], abs=1e-4)
    assert curves["score"].max() == pytest.approx(0.8562, abs=1e-4)


def test_weights_are_those_of_the_cards_and_load(project):
    layout, runs = project.workspace.layout, runs_of(project)
    for run in runs.values():
        check_weights(layout, run)
    pipeline = load_pipeline(project.workspace)
    assert (pipeline.features_run, pipeline.sequence_run) == (runs["features"], runs["sequence"])


@torch.no_grad()
def test_a_flow_generator_still_sees_what_it_saw(project):
    flow = load_flow(project.workspace, runs_of(project)["flow"])
    frames = torch.linspace(-1, 1, 2 * 3 * 16 * 16).sin().view(1, 2, 3, 16, 16)
    seen = flow(frames)
    assert seen.shape == (1, 1, 1, 2, 8, 8)
    assert [seen.mean().item(), seen.std().item()] == pytest.approx([0.01518, 0.08295], abs=1e-4)


def test_a_prediction_is_read(project):
    prediction = project.prediction("wednesday")
    assert (prediction.recording, prediction.frames_per_second) == ("wednesday", 25.0)
    decisions = prediction.decisions
    assert decisions.behaviours == BEHAVIOURS
    assert decisions.logits.shape == decisions.probabilities.shape == decisions.present.shape == (40, 2)
    expected = [[0.3281, 0.3508], [0.6673, 0.6453], [0.5475, 0.7586], [0.7337, 0.3923]]
    np.testing.assert_allclose(decisions.probabilities[[0, 10, 12, 25]], expected, atol=1e-4)
    np.testing.assert_allclose(decisions.probabilities, 1 / (1 + np.exp(-decisions.logits)), atol=1e-5)
    np.testing.assert_allclose(decisions.thresholds, [0.4, 0.4], rtol=1e-6)
    bouts = [(bout.behaviour, bout.start, bout.stop) for bout in prediction.ethogram.bouts()]
    assert bouts == [("groom", 5, 14), ("groom", 22, 32), ("rear, high", 8, 14), ("rear, high", 26, 32)]
    assert json.loads(decisions.rule)["postprocess"]["name"] == "min-bout"


def test_what_was_predicted_then_is_kept_today(project):
    (outcome,) = project.predict("wednesday")
    assert outcome.status == "kept"


def test_the_same_is_predicted_today(project):
    then = project.prediction("wednesday").decisions
    project.workspace.layout.prediction("wednesday").unlink()
    (outcome,) = project.predict("wednesday")
    assert outcome.status == "predicted"
    now = project.prediction("wednesday").decisions
    np.testing.assert_allclose(now.probabilities, then.probabilities, atol=1e-4)
    assert np.array_equal(now.present, then.present)


def test_the_same_scores_are_found_today(project):
    text = (project.workspace.layout.evaluation).read_text(encoding="utf-8")
    then, now = Report.model_validate_json(text), project.evaluate()
    assert (then.part, then.recordings, then.n_frames) == ("test", ("tuesday",), 40)
    assert then.scores["accuracy"].overall == pytest.approx(0.8571, abs=1e-4)
    assert then.scores["f1"].per_behaviour["rear, high"] == pytest.approx(0.8696, abs=1e-4)
    assert then.counts["groom"].present == 13
    for name, score in then.scores.items():
        assert now.scores[name].per_behaviour == pytest.approx(score.per_behaviour)


@pytest.mark.parametrize("path", sorted((HERE / "labels").iterdir()), ids=lambda path: path.stem)
def test_label_files_are_read(path):
    plugin = load_catalog().get(LabelFormatPlugin, path.stem, where="")
    assert plugin.read is not None
    labels = plugin.read(path, plugin.settings(), Timeline.regular("monday", 40, 25.0), BEHAVIOURS)
    assert labels.behaviours == BEHAVIOURS
    assert frames_of(labels.marks[:, 0]) == [*range(3, 11), *range(22, 27)]
    assert frames_of(labels.marks[:, 1]) == [*range(8, 14), *range(29, 33)]
    unlabelled = [35, 36, 37, 38, 39] if path.stem in {"deg-csv", "deepethogram-csv", "jabs-json"} else []
    assert np.flatnonzero((labels.marks == -1).all(axis=1)).tolist() == unlabelled


def test_there_is_a_file_of_every_format():
    formats = [o.plugin for o in load_catalog().of_kind(LabelFormatPlugin) if o.source.distribution == "deg-ethogram"]
    written = {plugin.name for plugin in formats if plugin.write is not None}
    assert written == {path.stem for path in (HERE / "labels").iterdir()}
