"""`deg cross-validate`, `deg compare` and what they share, on a project of fakes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from click.testing import Result

from deg_core import Project, SilentProgress
from deg_core.api import Labels, ManifestError, ProjectError
from deg_plugins_analysis.trials import running
from deg_plugins_analysis.trials.candidates import candidate_named, own_candidate
from deg_plugins_analysis.trials.folds import fold_trials, folds_of
from deg_plugins_analysis.trials.running import load_outcome, run_trials
from deg_plugins_analysis.trials.trial import digest_of

SILENCE = SilentProgress()


Run = Callable[..., Result]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def place(folded: Project) -> Path:
    return folded.workspace.layout.root / "cross-validation"


def test_every_recording_is_tested_once_and_scores_are_summed_up(run: Run, folded: Project, place: Path) -> None:
    before = folded.runs()
    answer = run(folded, "cross-validate", "--folds", "3")
    assert answer.exit_code == 0, answer.output
    assert "3 folds; together: 360 test frames; 95 %: of 6 recordings, drawn anew" in answer.output
    scores = {row["trial"]: row for row in table(place / "folds.csv") if row["behaviour"] == "walk"}
    assert list(scores) == ["project/fold-0", "project/fold-1", "project/fold-2"]
    agreement = [
        float(row["score"])
        for row in table(place / "folds.csv")
        if (row["behaviour"], row["metric"]) == ("walk", "fake-agreement")
    ]
    (summary,) = [
        row for row in table(place / "summary.csv") if (row["behaviour"], row["metric"]) == ("walk", "fake-agreement")
    ]
    assert float(summary["mean"]) == pytest.approx(np.mean(agreement), abs=1e-5)
    assert float(summary["spread"]) == pytest.approx(np.std(agreement, ddof=1), abs=1e-5)
    (together,) = [
        row for row in table(place / "together.csv") if (row["behaviour"], row["metric"]) == ("walk", "fake-agreement")
    ]
    # Every fold has as many frames, and the share of right ones is a mean.
    assert float(together["score"]) == pytest.approx(np.mean(agreement), abs=1e-5)
    assert float(together["low"]) <= float(together["score"]) <= float(together["high"])
    assert folded.runs() == before, "the project's own runs stay as they are"
    assert not (place / "project" / "fold-0" / "runs").exists(), "weights take room"


def test_what_is_trained_is_kept(run: Run, folded: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folded, "cross-validate", "--folds", "3")
    monkeypatch.setattr(running, "_open", lambda *_: pytest.fail("trained again"))
    assert run(folded, "cross-validate", "--folds", "3").exit_code == 0


def test_pipelines_are_compared_on_the_same_folds(run: Run, folded: Project, place: Path, tmp_path: Path) -> None:
    other = tmp_path / "late.yaml"
    values = {
        **own_candidate(folded).settings,
        "sequence": {**own_candidate(folded).settings["sequence"], "length": 10},
    }
    other.write_text(str(values).replace("None", "null").replace("True", "true").replace("False", "false"))
    answer = run(folded, "compare", str(other), "--folds", "3")
    assert answer.exit_code == 0, answer.output
    assert "project - late" in answer.output
    (difference,) = [
        row
        for row in table(place / "differences.csv")
        if (row["behaviour"], row["metric"]) == ("all", "fake-agreement")
    ]
    assert (difference["pipeline"], difference["less"], difference["n_folds"]) == ("project", "late", "3")
    assert float(difference["low"]) <= float(difference["mean"]) <= float(difference["high"])
    scores = table(place / "comparison.csv")
    own, others = ([row for row in scores if row["pipeline"] == name] for name in ("project", "late"))
    assert len(own) == len(others) > 0
    picture = matplotlib.image.imread(place / "comparison.png")
    assert picture.shape[1] > 2000
    assert picture.std() > 0.05


def test_two_pipelines_of_one_name_are_refused(run: Run, folded: Project) -> None:
    answer = run(folded, "compare", "project")
    assert answer.exit_code == 2
    assert "two pipelines of one name" in answer.output


def test_a_pipeline_for_other_behaviours_is_refused(folded: Project, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("behaviours: [rear, walk]\n")
    with pytest.raises(ManifestError, match="for rear, walk, but the project scores walk, rear"):
        candidate_named(folded, str(path))
    path.write_text("behaviours: [walk\n")
    with pytest.raises(ManifestError, match="not valid YAML"):
        candidate_named(folded, str(path))
    path.write_text("nothing\n")
    with pytest.raises(ManifestError, match="no settings in it"):
        candidate_named(folded, str(path))


def test_a_file_need_not_name_behaviours_and_brings_no_split(folded: Project, tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text("thresholds: {method: fixed}\nsplit: {by: block}\nmetrics: [f1]\n")
    found = candidate_named(folded, str(path))
    assert found.name == "short"
    assert found.settings["behaviours"] == ["walk", "rear"]
    assert found.settings["thresholds"] == {"method": "fixed"}
    assert found.settings["metrics"] == ["fake-agreement"]
    assert "split" not in found.settings
    assert candidate_named(folded, "baseline").settings["preset"] == "baseline"


def test_one_is_left_out_in_turn(folded: Project) -> None:
    splits = folds_of(folded, n_folds=5, leave_one_out=True)
    assert sorted(split.test[0].record for split in splits) == sorted(record.name for record in folded.recordings())
    animals = folds_of(folded, n_folds=5, group="animal", leave_one_out=True)
    groups = {record.name: record.groups["animal"] for record in folded.recordings()}
    assert sorted({groups[span.record] for span in split.test}.pop() for split in animals) == ["m3", "m4", "m5"]
    for split in animals:
        tested = {groups[span.record] for span in split.test}
        assert not tested & {groups[span.record] for span in (*split.train, *split.validation)}


def test_too_few_to_leave_out_are_refused(folded: Project) -> None:
    for name in ("three", "four", "five"):
        (folded.workspace.layout.recording(name) / "labels.csv").rename(
            folded.workspace.layout.recording(name) / "labels.away"
        )
    try:
        with pytest.raises(ProjectError, match="1 to leave out in turn"):
            folds_of(folded, n_folds=5, group="animal", leave_one_out=True)
    finally:
        for name in ("three", "four", "five"):
            (folded.workspace.layout.recording(name) / "labels.away").rename(
                folded.workspace.layout.recording(name) / "labels.csv"
            )
    with pytest.raises(ProjectError, match="blocks cannot be left out"):
        folds_of(folded, n_folds=5, by="block", leave_one_out=True)


def test_other_labels_or_settings_are_another_trial(project: Project) -> None:
    trial = fold_trials(own_candidate(project), folds_of(project, n_folds=3))[0]
    digest = digest_of(project, trial)
    assert digest_of(project, trial) == digest
    assert digest_of(project, replace(trial, settings={**trial.settings, "seed": 1})) != digest
    labels = project.labels("one")
    assert labels is not None
    marks = labels.marks.copy()
    marks[3, 0] = 1 - marks[3, 0]
    project.set_labels("one", Labels(marks, labels.behaviours))
    assert digest_of(project, trial) != digest


def test_an_interrupted_trial_is_gone_on_with(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trial = fold_trials(own_candidate(project), folds_of(project, n_folds=3))[0]
    place = tmp_path / "trials"

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("deg_core.jobs.project.evaluate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run_trials(project, [trial], place, SILENCE)
    trained = {folder.name for folder in (place / trial.name / "runs").iterdir()}
    (outcome,) = run_trials(project, [trial], place, SILENCE, keep=True)
    assert {folder.name for folder in (place / trial.name / "runs").iterdir()} == trained
    again = load_outcome(place / trial.name, trial.name, digest_of(project, trial))
    assert again is not None
    assert again.report == outcome.report
    assert np.array_equal(again.stretches[0].probabilities, outcome.stretches[0].probabilities)
    assert load_outcome(place / trial.name, trial.name, "another") is None


def test_files_that_no_trial_wrote_are_never_removed(project: Project, tmp_path: Path) -> None:
    trial = fold_trials(own_candidate(project), folds_of(project, n_folds=3))[0]
    mine = tmp_path / trial.name / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")
    with pytest.raises(ProjectError, match="files that no trial wrote"):
        run_trials(project, [trial], tmp_path, SILENCE)
    assert mine.read_text() == "years of work"
