"""Whatever bytes a pose file or a file of a project holds, what comes out is a value or a refusal."""

from __future__ import annotations

import contextlib
import shutil

import pytest
import trials_of_poses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_fuzz import mutated
from test_poses import FILES
from whole_project import GOLDEN

from deg_core import Project
from deg_core.api import DegError

OF_PROJECT = ("project.yaml", "split.yaml")
LENGTHS = pytest.mark.parametrize("n_examples", [15, pytest.param(600, marks=pytest.mark.slow)])


@LENGTHS
@pytest.mark.parametrize("name", FILES)
def test_changed_poses(tmp_path, shared_data, name, n_examples):
    content = (shared_data / "pose_formats" / name).read_bytes()
    path = tmp_path / FILES[name] / name
    path.parent.mkdir()

    @settings(max_examples=n_examples, suppress_health_check=list(HealthCheck))
    @given(made=mutated(content) | st.binary(max_size=200))
    def check(made):
        path.write_bytes(made)
        with contextlib.suppress(DegError):
            trials_of_poses.read_damaged(path)

    check()


@LENGTHS
@pytest.mark.parametrize("name", OF_PROJECT)
def test_changed_projects(tmp_path, name, n_examples):
    root = tmp_path / "project"
    shutil.copytree(GOLDEN, root)
    content = (root / name).read_bytes()

    @settings(max_examples=n_examples, suppress_health_check=list(HealthCheck))
    @given(made=mutated(content) | st.binary(max_size=200))
    def check(made):
        (root / name).write_bytes(made)
        with contextlib.suppress(DegError):
            project = Project(root)
            project.recordings()
            project.runs()
            project.workspace.split()

    check()
