from __future__ import annotations

import csv
from collections.abc import Callable

import numpy as np
from click.testing import Result

from deg_core import Project
from deg_core.api import Labels, ScoredStretch
from deg_plugins_analysis.labelling.audit import audit_labels
from deg_plugins_analysis.trials.trial import Outcome

Run = Callable[..., Result]


def test_a_planted_mistake_heads_the_list(run: Run, project: Project) -> None:
    labels = project.labels("two")
    assert labels is not None
    marks = labels.marks.copy()
    marks[20:50, 1] = 1 - marks[20:50, 1]
    project.set_labels("two", Labels(marks, labels.behaviours))
    answer = run(project, "audit", "--folds", "3", "--least-frames", "4")
    assert answer.exit_code == 0, answer.output
    path = project.workspace.layout.root / "cross-validation" / "audit.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["recording"] == "two"
    assert rows[0]["behaviour"] == "rear"
    assert all(20 <= int(rows[0][edge]) <= 50 for edge in ("start", "stop"))
    found = np.zeros(60, dtype=bool)
    for row in rows:
        if (row["recording"], row["behaviour"]) == ("two", "rear"):
            found[int(row["start"]) : int(row["stop"])] = True
    assert found[20:50].mean() > 0.6
    assert found[:20].sum() + found[50:].sum() == 0
    assert np.array_equal(project.labels("two").marks, marks), "nothing is changed"  # type: ignore[union-attr]


def test_frames_are_those_of_the_recording_and_not_of_the_part() -> None:
    marks = np.zeros((40, 1), dtype=np.int8)
    marks[20:40] = 1
    probabilities = np.where(marks == 1, 0.9, 0.1).astype(np.float32)
    probabilities[5:12] = 0.95
    stretch = ScoredStretch("a", probabilities, probabilities > 0.5, marks, 10.0)
    outcome = Outcome("fold-0", {}, (stretch,), (300,), 100, {"walk": 10})
    (row,) = audit_labels([outcome], ["walk"], 5)
    assert (row.start, row.stop, row.labelled) == (305, 312, "absent")
    assert (row.start_s, row.stop_s) == (30.5, 31.2)
