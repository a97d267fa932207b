from __future__ import annotations

import csv
from collections.abc import Callable

import matplotlib.image
import pytest
from click.testing import Result

from deg_core import Project

Run = Callable[..., Result]


def test_more_recordings_are_learned_from_and_a_curve_is_drawn(run: Run, project: Project) -> None:
    project.split()
    answer = run(project, "learning-curve", "--sizes", "1,2,4", "--repeats", "1")
    assert answer.exit_code == 0, answer.output
    place = project.workspace.layout.root / "learning-curve"
    with (place / "trials.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["behaviour"] == "walk"]
    train = {span.record for span in project.workspace.split().train}
    assert len(train) == 4
    assert [row["trial"] for row in rows] == ["recordings-1-0", "recordings-2-0", "recordings-4-0"]
    assert [float(row["minutes"]) * 1800 for row in rows] == pytest.approx([60, 120, 240], rel=1e-4)
    marks = [project.labels(name).marks[:, 0] for name in train]  # type: ignore[union-attr]
    assert int(rows[-1]["present_frames"]) == sum(int((each == 1).sum()) for each in marks)
    with (place / "curves.csv").open(newline="") as file:
        curves = {row["behaviour"]: row for row in csv.DictReader(file)}
    assert list(curves) == ["walk", "rear", "all"]
    assert 0 < float(curves["all"]["now"]) <= float(curves["all"]["next_hour"]) <= 1
    assert "with 15 more minutes of labelled video" in answer.output
    assert matplotlib.image.imread(place / "learning-curve.png").std() > 0.05


def test_a_score_that_the_project_does_not_compute_is_refused(run: Run, folded: Project) -> None:
    answer = run(folded, "learning-curve", "--metric", "beauty")
    assert answer.exit_code == 2
    assert "the project computes fake-agreement" in answer.output


def test_sizes_that_are_no_numbers_are_refused(run: Run, folded: Project) -> None:
    answer = run(folded, "learning-curve", "--sizes", "few,many")
    assert answer.exit_code == 2
    assert "'few,many' is not numbers" in answer.output
