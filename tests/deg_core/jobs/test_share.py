from __future__ import annotations

import zipfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from deg_core.catalog import Catalog, Offer, Source
from deg_core.errors import CheckpointError, ProjectError
from deg_core.evaluation.report import Report
from deg_core.jobs.evaluate import evaluate, save_report
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.share import Notice, share, without_paths
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import SilentProgress
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.model_card import ModelCard
from deg_core.project.model_file import read_member
from deg_core.project.run_record import RunRecord, StartedFrom
from deg_core.project.runs import save_run_record
from deg_core.testing.projects import tiny_project, untrained_runs

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SILENCE = SilentProgress()


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    project = tiny_project(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}, "name": "mouse"})
    untrained_runs(project)
    return project


def shared(project: Workspace, path: Path, **about: Any) -> ModelCard:
    return share(project, load_pipeline(project), path, Notice(**about), now=NOW)


def cards_in(path: Path, card: ModelCard) -> dict[str, RunRecord]:
    records = [RunRecord.model_validate_json(read_member(path, f"runs/{run}/run.json")) for run in card.runs]
    return {record.stage: record for record in records}


def everything_in(path: Path) -> bytes:
    """All text of a file, so that what should not be there can be looked for."""
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist() if not name.endswith(".safetensors"))


def test_it_holds_three_runs_and_what_prediction_needs_and_nothing_else(project: Workspace, tmp_path: Path) -> None:
    card = shared(project, tmp_path / "mouse.deg", made_by="Ada", note="From below.")
    assert [run.partition("-")[0] for run in card.runs] == ["sequence", "features", "flow"]
    assert set(card.digests) == {
        "README.md",
        "project.yaml",
        *(f"runs/{run}/{name}" for run in card.runs for name in ("run.json", "weights.safetensors")),
    }
    assert (card.name, card.made_by, card.note, card.created) == ("mouse", "Ada", "From below.", NOW)
    assert card.frames_per_second == (30.0, 30.0)
    assert card.thresholds == {"walk": 0.5, "rear": 0.5}
    assert {str(plugin) for plugin in card.plugins} == {
        "flow generator 'fake-flow' of given",
        "feature extractor 'fake-flow-extractor' of given",
        "sequence model 'fake-sequence' of given",
        "post-processor 'fake-post-processor' of given",
    }
    for run in card.runs:
        name = f"runs/{run}/weights.safetensors"
        assert read_member(tmp_path / "mouse.deg", name) == (project.layout.root / name).read_bytes()
    assert read_member(tmp_path / "mouse.deg", "README.md").decode() == card.text()


def test_names_paths_and_labels_of_the_lab_stay_there(project: Workspace, tmp_path: Path) -> None:
    features = load_pipeline(project).features_run
    start = StartedFrom(source="/home/ada/secret/old.deg", run_id="features-0", weights_sha256="0" * 64)
    private = {
        "started_from": start,
        "git": "c0ffee",
        "training": {"origin": "DeepEthogram, /home/ada/secret/m.pt", "learning_rate": 0.01},
        "split": features.split.model_copy(),
    }
    save_run_record(project.layout.run(features.run_id), features.model_copy(update=private))
    save_report(project, evaluate(project, load_pipeline(project), "test", SILENCE))
    card = shared(project, tmp_path / "mouse.deg")
    content = everything_in(tmp_path / "mouse.deg")
    for secret in (b"secret", b"c0ffee", str(tmp_path).encode(), b'"one"', b'"two"', b'"three"', b".npy"):
        assert secret not in content, secret
    records = cards_in(tmp_path / "mouse.deg", card)
    assert records["features"].started_from == start.model_copy(update={"source": "old.deg"})
    assert records["features"].training == {"learning_rate": 0.01}


def test_names_of_recordings_come_along_where_they_are_asked_for(project: Workspace, tmp_path: Path) -> None:
    card = shared(project, tmp_path / "mouse.deg", with_names=True)
    for stage, record in cards_in(tmp_path / "mouse.deg", card).items():
        assert record.split == load_pipeline(project).sequence_run.split, stage
    assert str(tmp_path).encode() not in everything_in(tmp_path / "mouse.deg")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("/home/ada/weights.pt", "weights.pt"),
        ("C:\\Users\\ada\\weights.pt", "weights.pt"),
        ("D:/lab/m 1/weights.pt", "weights.pt"),
        ("~/weights.pt", "weights.pt"),
        ("../old/weights", "weights"),
        ("old/weights.safetensors", "weights.safetensors"),
        ("/data/lab/", "lab"),
        ("imagenet", "imagenet"),
        ("layer4/conv1", "layer4/conv1"),
        ("focal-bce", "focal-bce"),
        ("1.5", "1.5"),
        (1.5, 1.5),
        (None, None),
        ({"a": ["/x/y", 2]}, {"a": ["y", 2]}),
    ],
)
def test_paths_are_cut_down_to_the_file_s_name_and_other_settings_are_left(value: Any, kept: Any) -> None:
    assert without_paths(value) == kept


def test_thresholds_set_by_hand_come_along_and_say_so(project: Workspace, tmp_path: Path) -> None:
    run = load_pipeline(project).sequence_run
    save_hand_thresholds(project.layout.run(run.run_id), run, {"rear": 0.75})
    card = shared(project, tmp_path / "mouse.deg")
    assert (card.thresholds, card.by_hand) == ({"walk": 0.5, "rear": 0.75}, ("rear",))
    assert b"rear" in read_member(tmp_path / "mouse.deg", f"runs/{run.run_id}/thresholds.yaml")


def test_scores_of_these_runs_come_along_and_those_of_others_do_not(project: Workspace, tmp_path: Path) -> None:
    report = evaluate(project, load_pipeline(project), "test", SILENCE)
    save_report(project, report)
    card = shared(project, tmp_path / "mouse.deg")
    assert card.evaluated_on == "test"
    assert card.evaluation["fake-agreement"]["overall"] == report.scores["fake-agreement"].overall
    assert set(card.evaluation["fake-agreement"]) == {"overall", "walk", "rear"}
    for other in (report.model_copy(update={"runs": ("a", "b")}), None):
        path = project.layout.evaluation
        path.write_text(other.model_dump_json() if isinstance(other, Report) else "damaged")
        assert shared(project, tmp_path / f"{other is None}.deg").evaluation == {}


def test_frame_rates_are_those_of_the_videos_that_are_still_there(project: Workspace, tmp_path: Path) -> None:
    trained_on = {span.record for span in load_pipeline(project).sequence_run.split.train}
    for record in project.records():
        if record.name in trained_on:
            record.video_path.unlink()
    assert shared(project, tmp_path / "mouse.deg").frames_per_second is None


def test_a_reader_that_the_project_names_is_needed(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"video": {"name": "fake-reader", "settings": {"frames_per_second": 25}}})
    untrained_runs(project)
    card = shared(project, tmp_path / "mouse.deg")
    assert "video reader 'fake-reader' of given" in {str(plugin) for plugin in card.plugins}
    assert card.frames_per_second == (25, 25)


def test_an_older_run_is_shared_as_it_was_trained(project: Workspace, tmp_path: Path) -> None:
    first = load_pipeline(project).sequence_run
    untrained_runs(project)
    card = share(project, load_pipeline(project, first.run_id), tmp_path / "old.deg", Notice(), now=NOW)
    assert card.runs[0] == first.run_id


def test_a_file_that_is_there_is_never_written_over(project: Workspace, tmp_path: Path) -> None:
    (tmp_path / "mouse.deg").write_text("mine")
    with pytest.raises(ProjectError, match="such a file already"):
        shared(project, tmp_path / "mouse.deg")
    assert (tmp_path / "mouse.deg").read_text() == "mine"


def test_weights_that_are_not_those_of_the_card_are_not_shared(project: Workspace, tmp_path: Path) -> None:
    pipeline = load_pipeline(project)
    path = project.layout.run(pipeline.sequence_run.run_id) / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(CheckpointError, match="not those of the run's card"):
        share(project, pipeline, tmp_path / "mouse.deg", Notice(), now=NOW)
    assert list(tmp_path.glob("mouse*")) == []


def test_plugins_are_named_with_their_versions(project: Workspace, tmp_path: Path) -> None:
    offers = tuple(Offer(offer.plugin, Source("deg-lab", "0.3")) for offer in project.catalog.offers)
    later = open_workspace(project.layout.root, Catalog(offers))
    untrained_runs(later)
    card = shared(later, tmp_path / "mouse.deg")
    assert {(plugin.distribution, plugin.version) for plugin in card.plugins} == {("deg-lab", "0.3")}
