from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.image
import pytest
from click.testing import CliRunner
from deg_core import Project
from ruamel.yaml import YAML

from deg_tune.command import tune
from deg_tune.figures import draw_slices
from deg_tune.report import Findings
from deg_tune.search import Search

Prepare = Callable[..., Search]
Run = Callable[..., Findings]

SPACE = """
sequence.settings.receptive_field: [1, 9, 41]
sequence.training.learning_rate: {low: 1e-3, high: 1e-1, log: true}
"""


@pytest.fixture
def reported(project: Project, prepare_search: Prepare, run_search: Run) -> tuple[Path, Findings]:
    search = prepare_search(project, SPACE, pruner="median")
    return search.folders.root / "report", run_search(search, 7, report=True)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_search_is_reported_in_tables_figures_and_settings(reported: tuple[Path, Findings]) -> None:
    folder, findings = reported
    trials = rows(folder / "trials.csv")
    assert [int(row["trial"]) for row in trials] == list(range(7))
    best = max((row for row in trials if row["state"] == "complete"), key=lambda row: float(row["fake-agreement"]))
    assert findings.best is not None
    assert float(best["fake-agreement"]) == findings.best.value

    epochs = rows(folder / "epochs.csv")
    of_best = [float(row["fake-agreement"]) for row in epochs if row["trial"] == str(findings.best.number)]
    assert len(of_best) == 3
    assert max(of_best) == pytest.approx(findings.best.value)

    pasted = YAML(typ="safe").load((folder / "best.yaml").read_text(encoding="utf-8"))
    params = findings.best.params
    assert pasted["sequence"]["settings"]["receptive_field"] == params["sequence.settings.receptive_field"]
    assert pasted["sequence"]["training"]["learning_rate"] == params["sequence.training.learning_rate"]

    shares = {row["setting"]: float(row["importance"]) for row in rows(folder / "importance.csv")}
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.__getitem__) == "sequence.settings.receptive_field"
    for name in ("history", "importance", "slices"):
        assert matplotlib.image.imread(folder / f"{name}.png").std() > 0.01


def test_settings_that_are_searched_by_their_logarithm_stand_as_plain_numbers(reported: tuple[Path, Findings]) -> None:
    figure = draw_slices(reported[1])
    figure.canvas.draw()
    ticks = [label.get_text() for axes in figure.axes for label in axes.get_xticklabels(which="both")]
    assert "0.01" in ticks
    assert not any("$" in each for each in ticks)


def test_too_few_trials_have_no_importances(project: Project, prepare_search: Prepare, run_search: Run) -> None:
    search = prepare_search(project, SPACE)
    findings = run_search(search, 2, report=True)
    assert findings.importance == {}
    assert "too few" in findings.why_no_importance
    assert not (search.folders.root / "report" / "importance.png").exists()


def test_the_command_searches_tells_and_applies(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = project.workspace.catalog
    monkeypatch.setattr("deg_core.jobs.workspace.load_catalog", lambda: catalog)
    root = project.workspace.layout.root
    manifest = root / "project.yaml"
    manifest.write_text("# by hand\n" + manifest.read_text(encoding="utf-8"), encoding="utf-8")
    (root / "tune.yaml").write_text("sequence.settings.receptive_field: [9, 1]\n", encoding="utf-8")
    arguments: list[Any] = ["--project", str(root), "--trials", "3", "--apply", "--sampler", "random"]
    result = CliRunner().invoke(tune, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "trial 0:" in result.output
    assert f"report: {root.with_name('project-tune') / 'sequence' / 'report'}" in result.output
    assert manifest.read_text(encoding="utf-8").startswith("# by hand\n")
    assert Project(root).manifest.sequence.settings == {"receptive_field": 1}
    again = CliRunner().invoke(tune, arguments, catch_exceptions=False)
    assert again.exit_code == 0
    assert "trial 3:" not in again.output
