from __future__ import annotations

from pathlib import Path

import pytest

from deg_core import Project
from deg_core.jobs.timing import Timing
from deg_core.testing.projects import tiny_project, untrained_runs


def test_the_slowest_step_says_how_well_the_others_hide_behind_it() -> None:
    timing = Timing(n_frames=10, decode_s=1.0, prepare_s=2.0, network_s=8.0, sequence_s=0.5, whole_s=10.0)
    assert timing.slowest == "network"
    assert timing.overlap == pytest.approx(0.8)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    workspace = tiny_project(tmp_path / "project", n_frames=150)
    untrained_runs(workspace)
    return Project(workspace.layout.root, catalog=workspace.catalog)


def test_steps_are_timed_in_whole_chunks_from_the_beginning(project: Project) -> None:
    timing = project.time_prediction(project.recordings()[0].name, n_frames=140)
    assert timing.n_frames == 128
    assert min(timing.decode_s, timing.prepare_s, timing.network_s, timing.sequence_s) > 0
    assert timing.whole_s >= timing.sequence_s


def test_a_short_video_is_timed_whole(project: Project) -> None:
    assert project.time_prediction(project.recordings()[0].name, n_frames=1000).n_frames == 150


def test_nothing_is_written(project: Project) -> None:
    before = sorted(project.workspace.layout.root.rglob("*"))
    project.time_prediction(project.recordings()[0].name)
    assert sorted(project.workspace.layout.root.rglob("*")) == before
