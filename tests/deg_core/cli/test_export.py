from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deg_core.api import Labels, NoSettings, Timeline
from deg_core.catalog import Catalog
from deg_core.jobs.workspace import Workspace
from deg_core.testing import FAKES, only_plugins, untrained_runs
from deg_core.testing.fakes import fake_labels, write_fake_labels

if TYPE_CHECKING:
    from .conftest import Run


def write_little(path: Path, labels: Labels, settings: NoSettings, timeline: Timeline) -> tuple[str, ...]:
    write_fake_labels(path, labels, settings, timeline)
    return ("the frame rate",)


lossy = replace(fake_labels, name="lossy", write=write_little)


@pytest.fixture(autouse=True)
def _lossy(install: Callable[[Catalog], None], project: Workspace) -> None:
    install(only_plugins(*FAKES, lossy))


def test_labels_are_written_and_losses_told(run: Run, project: Workspace, tmp_path: Path) -> None:
    answer = run("export", "one", "--what", "labels", "--format", "lossy", "--output", tmp_path / "out")
    path = tmp_path / "out" / "one_labels.txt"
    assert answer.code == 0
    assert answer.out.splitlines() == [str(path)]
    assert answer.err == "warning: one_labels.txt: the frame rate\n"
    header, *rows = path.read_text().splitlines()
    assert header == "walk\trear"
    assert np.array_equal(np.array([row.split() for row in rows], dtype=int), project.labelled()["one"].marks)


def test_predictions_of_all_that_were_predicted_are_written(run: Run, project: Workspace) -> None:
    untrained_runs(project)
    run("predict", "one", "two")
    answer = run("export", "--format", "lossy", "--json")
    assert answer.code == 0
    names = ["one_predictions.txt", "two_predictions.txt"]
    assert answer.values == [{"path": str(project.layout.exports / name), "lost": ["the frame rate"]} for name in names]
    assert "1 recordings have no predictions" in answer.err


def test_a_video_outside_the_project_is_exported_by_its_file(run: Run, project: Workspace, tmp_path: Path) -> None:
    untrained_runs(project)
    np.save(tmp_path / "x.npy", np.zeros((7, 16, 16, 3), dtype=np.uint8))
    run("predict", tmp_path / "x.npy")
    answer = run("export", tmp_path / "x.npy", "--format", "fake-labels", "-q")
    assert answer.code == 0
    rows = (project.layout.exports / "x_predictions.txt").read_text().splitlines()
    assert len(rows) == 8


def test_what_is_not_there_is_refused_with_the_way_to_it(run: Run, project: Workspace) -> None:
    answer = run("export", "--format", "fake-labels")
    assert answer.code == 2
    assert "fix:   deg predict" in answer.err
    assert "not predicted yet" in run("export", "one", "--format", "fake-labels").err
    assert "no recording named 'four'" in run("export", "four", "--format", "fake-labels").err


def test_a_format_must_be_named_and_known(run: Run, project: Workspace) -> None:
    assert "Missing option '--format'" in run("export").err
    answer = run("export", "--what", "labels", "--format", "fake-lables")
    assert answer.code == 2
    assert "did you mean 'fake-labels'?" in answer.err
