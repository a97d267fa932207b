from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deg_core.project.runs import list_runs
from deg_core.testing.projects import draw_marks, paint_frames, tiny_project, untrained_runs


def test_a_tiny_project_is_ready_to_be_worked_on(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, n_recordings=8)
    assert [record.name for record in project.records()] == sorted(
        ["one", "two", "three", "four", "five", "six", "recording-7", "recording-8"]
    )
    assert {labels.n_frames for labels in project.labelled().values()} == {60}
    assert project.open_video(project.records()[0].video_path).n_frames == 60


def test_the_same_seed_makes_the_same_project(tmp_path: Path) -> None:
    pictures = []
    for folder, seed in (("a", 0), ("b", 0), ("c", 1)):
        tiny_project(tmp_path / folder, seed=seed, n_recordings=1)
        pictures.append((tmp_path / folder / "videos" / "one.npy").read_bytes())
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]


@pytest.mark.parametrize("exclusive", [False, True])
def test_every_behaviour_happens_and_can_be_seen(exclusive: bool) -> None:
    rng = np.random.default_rng(0)
    marks = draw_marks(100, 3, rng, exclusive=exclusive)
    assert marks.dtype == np.int8
    assert (marks.sum(axis=0) > 5).all()
    assert (marks.sum(axis=1).max() <= 1) is np.bool_(exclusive) or not exclusive
    bright = paint_frames(marks, rng).mean(axis=(1, 2)) > 128
    assert np.array_equal(bright, marks == 1)


def test_runs_are_a_chain_of_finished_ones(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"features": {"name": "fake-flow-extractor"}})
    runs = untrained_runs(project)
    assert [run.built_on for run in runs] == [None, runs[0].run_id, runs[1].run_id]
    assert list_runs(project.layout) == runs
