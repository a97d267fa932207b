from __future__ import annotations

import csv
from collections.abc import Callable

import numpy as np
import pytest
from click.testing import Result

from deg_core import Project
from deg_core.api import Labels, ProjectError
from deg_core.testing import untrained_runs


@pytest.fixture
def trained(project: Project) -> Project:
    untrained_runs(project.workspace)
    return project


Run = Callable[..., Result]


def test_only_what_nobody_labelled_is_suggested(run: Run, trained: Project) -> None:
    labels = trained.labels("one")
    assert labels is not None
    marks = labels.marks.copy()
    marks[30:] = -1
    trained.set_labels("one", Labels(marks, labels.behaviours))
    (trained.workspace.layout.recording("two") / "labels.csv").unlink()
    answer = run(trained, "suggest", "one", "two", "three", "--seconds", "0.5", "--minutes", "1")
    assert answer.exit_code == 0, answer.output
    with (trained.workspace.layout.root / "suggestions" / "suggest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))
    found = {(row["recording"], int(row["start"]), int(row["stop"])) for row in rows}
    expected = {("one", start, start + 15) for start in (30, 45)} | {("two", s, s + 15) for s in range(0, 60, 15)}
    assert found == expected
    assert all(float(row["start_s"]) == pytest.approx(int(row["start"]) / 30, abs=1e-4) for row in rows)
    assert {row["most_uncertain"] for row in rows} <= {"walk", "rear"}


def test_no_more_is_suggested_than_there_is_time_for(run: Run, trained: Project) -> None:
    (trained.workspace.layout.recording("two") / "labels.csv").unlink()
    answer = run(trained, "suggest", "two", "--seconds", "0.5", "--minutes", "0.02")
    assert answer.exit_code == 0, answer.output
    with (trained.workspace.layout.root / "suggestions" / "suggest.csv").open(newline="") as file:
        (first, second) = csv.DictReader(file)
    assert first["rank"] == "1"
    assert np.isfinite(float(second["uncertainty"]))


def test_where_all_is_labelled_there_is_nothing_to_suggest(run: Run, trained: Project) -> None:
    with pytest.raises(ProjectError, match="every frame has its labels"):
        run(trained, "suggest")
