from __future__ import annotations

import csv
from collections.abc import Callable

import numpy as np
import pytest
from click.testing import Result

from deg_core import Project
from deg_core.api import ProjectError
from deg_core.testing import untrained_runs


def test_calibrated_probabilities_are_written_and_decisions_stay(run: Callable[..., Result], project: Project) -> None:
    untrained_runs(project.workspace)
    answer = run(project, "calibrate", "one", "--method", "platt")
    assert answer.exit_code == 0, answer.output
    place = project.workspace.layout.root / "calibration"
    with (place / "calibration.csv").open(newline="") as file:
        rows = {row["behaviour"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["walk", "rear"]
    for row in rows.values():
        assert float(row["brier_after"]) <= float(row["brier_before"]) + 0.01
    with (place / "one_calibrated.csv").open(newline="") as file:
        found = np.array([[float(row["walk"]), float(row["rear"])] for row in csv.DictReader(file)])
    decisions = project.predict("one") and project.prediction("one").decisions
    slopes = 1 / np.array([float(row["temperature"]) for row in rows.values()])
    shifts = np.array([float(row["shift"]) for row in rows.values()])
    assert found == pytest.approx(1 / (1 + np.exp(-(decisions.logits * slopes + shifts))), abs=1e-4)


def test_without_validation_frames_there_is_nothing_to_fit_on(run: Callable[..., Result], project: Project) -> None:
    project.split(type(project.manifest.split)(fractions=(0.5, 0.0, 0.5)))
    untrained_runs(project.workspace)
    with pytest.raises(ProjectError, match="validation part of the split is empty"):
        run(project, "calibrate")
