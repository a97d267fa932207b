from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deg_core import Project
from deg_core.api import DegError, Labels, ProjectError
from deg_core.testing import tiny_project, untrained_runs

Run = Callable[..., Result]
HOSTILE = '<img src=x onerror="alert(1)"> & {{ 7*7 }} $x^2$'


def words_of(project: Project) -> str:
    """What is read on the page."""
    text = (project.workspace.layout.root / "report" / "report.html").read_text(encoding="utf-8")
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<body>")[2])))


def test_the_report_of_a_project(run: Run, predicted: Project) -> None:
    result = run(predicted, "report", "--resamples", "20")
    folder = predicted.workspace.layout.root / "report"
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(folder / "report.html"), str(folder / "report.pdf")]
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.pdf"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<img ") >= 10
    for section in ("scores", "examples", "ethograms", "behaviour", "data", "model", "methods", "repeat", "agreement"):
        assert f'id="{section}"' in page
    words = words_of(predicted)
    assert "fake-extractor (given)" in words
    assert "fake-agreement" in words
    assert predicted.run().run_id in words
    assert " nan" not in words.lower()
    assert str(predicted.workspace.layout.root) not in words


def test_numbers_are_those_of_the_evaluation(run: Run, predicted: Project) -> None:
    labels = predicted.labels("one")
    assert labels is not None
    for name in ("one", "two", "three"):
        marks = labels.marks.copy()
        marks[::3, 1] = 1 - marks[::3, 1]
        predicted.set_labels(name, Labels(marks, labels.behaviours))
    run(predicted, "report", "--no-pdf", "--resamples", "0")
    report = predicted.evaluate(n_resamples=0)
    card = report.scores["fake-agreement"]
    words = words_of(predicted)
    assert f"rear {report.counts['rear'].present} of {report.counts['rear'].labelled}" in words
    assert f"{card.per_behaviour['rear']:.3f}" in words
    assert not (predicted.workspace.layout.root / "report" / "report.pdf").exists()


def test_no_more_ethograms_than_asked_for_and_how_many_there_are(run: Run, predicted: Project) -> None:
    run(predicted, "report", "--no-pdf", "--ethograms", "1")
    words = words_of(predicted)
    (tested,) = {span.record for span in predicted.spans("test", predicted.run().run_id)}
    assert "1 of 3 predicted recordings are shown" in words
    assert f"{tested}: tested on, never seen." in words
    assert len(re.findall(r"deg plot ethogram \w+ --format", words)) == 1


def test_without_predictions_the_rest_is_there_and_the_next_step_is_named(run: Run, predicted: Project) -> None:
    for path in predicted.workspace.layout.predictions.glob("*.h5"):
        path.unlink()
    assert run(predicted, "report").exit_code == 0
    words = words_of(predicted)
    assert "Not in this report: Ethograms. nothing is predicted yet" in words
    assert "Not in this report: Scores on test data. 1 of 1 test recordings are not predicted" in words
    assert "deg evaluate" in words
    assert "Not in this report: Statistics of bouts." in words
    assert "The model has not been scored on test data." in words
    assert not list(predicted.workspace.layout.predictions.glob("*.h5"))  # nothing was predicted in secret


def test_without_a_test_part_it_says_that_nothing_can_be_believed(run: Run, tmp_path: Path, only_fakes: None) -> None:
    workspace = tiny_project(tmp_path, manifest={"split": {"fractions": [0.6, 0.4, 0.0]}})
    untrained_runs(workspace)
    project = Project(workspace.layout.root)
    project.predict()
    assert run(project, "report", "--no-pdf").exit_code == 0
    words = words_of(project)
    assert "No test part" in words
    assert "Not in this report: Scores on test data." in words


def test_without_a_trained_model_it_is_refused(run: Run, tmp_path: Path, only_fakes: None) -> None:
    project = Project(tiny_project(tmp_path).layout.root)
    with pytest.raises(ProjectError, match="no trained sequence model yet") as caught:
        run(project, "report")
    assert caught.value.fix == "train one: deg train sequence"
    assert not (project.workspace.layout.root / "report").exists()


def test_predictions_of_another_run_are_not_taken_for_its_own(run: Run, predicted: Project) -> None:
    untrained_runs(predicted.workspace)
    run(predicted, "report", "--no-pdf")
    words = words_of(predicted)
    assert "Predictions of another model" in words
    assert f"test recordings are not predicted by {predicted.run().run_id}" in words


def test_hostile_names_of_behaviours_and_projects_stay_letters(run: Run, tmp_path: Path, only_fakes: None) -> None:
    workspace = tiny_project(tmp_path, behaviours=(HOSTILE, "rear"), manifest={"name": HOSTILE})
    untrained_runs(workspace)
    project = Project(workspace.layout.root)
    project.predict()
    result = run(project, "report")
    assert result.exit_code == 0, result.output
    page = (workspace.layout.root / "report" / "report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", page)[0]
    assert HOSTILE in unescape(re.findall(r"<h1>(.*?)</h1>", page)[0])
    assert (workspace.layout.root / "report" / "report.pdf").is_file()


def test_exclusive_projects_have_no_thresholds_to_tell_of(run: Run, tmp_path: Path, only_fakes: None) -> None:
    workspace = tiny_project(tmp_path, exclusive=True)
    untrained_runs(workspace)
    project = Project(workspace.layout.root)
    project.predict()
    assert run(project, "report", "--no-pdf").exit_code == 0
    words = words_of(project)
    assert "the likeliest counted as present" in words
    assert "Least probability" not in words


def test_what_other_commands_left_is_taken_over(run: Run, predicted: Project) -> None:
    root = predicted.workspace.layout.root
    folder = root / "analysis" / "agreement"
    folder.mkdir(parents=True)
    (folder / "all_raters.csv").write_text("scope,kappa\nall,0.87654321\nwalk,\n", encoding="utf-8")
    (folder / "pairs.csv").write_text("", encoding="utf-8")
    (folder / "torn.png").write_bytes(b"no picture")
    run(predicted, "report", "--no-pdf")
    words = words_of(predicted)
    assert "How far all raters agree." in words
    assert "0.8765" in words
    assert "walk undefined" in words
    assert "damaged" in words
    assert "analysis/agreement/pairs.csv" in words
    assert "Not in this report: Fold by fold. it was not computed" in words


def test_a_figure_that_cannot_be_drawn_is_said(run: Run, predicted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(*_: object) -> None:
        raise DegError("no ink", where="the printer", fix="buy some")

    monkeypatch.setattr("deg_plugins_figures.confusion_figure.draw_confusion", torn)
    assert run(predicted, "report", "--no-pdf").exit_code == 0
    assert "no ink (the printer). To have it: buy some." in words_of(predicted)


def test_a_card_that_came_without_a_plan_is_not_embroidered(run: Run, predicted: Project) -> None:
    run(predicted, "report", "--no-pdf")
    words = words_of(predicted)
    assert "How it was trained is not on its card." in words
    assert "epochs" not in words.partition("Methods ")[2].partition("How to repeat it")[0].replace("without epochs", "")
    assert "seed" not in re.findall(r"Methods (.*?) How to repeat it", words)[-1]
    assert "chosen for" not in words


def test_thresholds_are_told_as_they_were_chosen(run: Run, predicted: Project) -> None:
    run_id = predicted.run().run_id
    plan = {"plan": {"thresholds": {"method": "f-score", "beta": 2.0, "value": 0.4, "cross_fitted": None}}}
    (predicted.workspace.layout.run(run_id) / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    predicted.set_thresholds({"rear": 0.25})
    predicted.predict()
    run(predicted, "report", "--no-pdf")
    words = words_of(predicted)
    assert "chosen for the best F2 score on validation data (0.4 for behaviours that nobody could score there)" in words
    assert "walk 0.5, rear 0.25" in words
    assert "Those of rear were set by hand." in words
    assert "Thresholds set by hand" in words


def test_the_command_explains_itself() -> None:
    from deg_plugins_analysis.report.command import report

    result = CliRunner().invoke(report, ["--help"])
    assert result.exit_code == 0
    assert "report.html" in result.output
