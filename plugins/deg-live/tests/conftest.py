"""A project of fakes, and a clock that nobody waits for."""

from __future__ import annotations

import sys
from pathlib import Path

import deg_core
import pytest
from deg_core import Project
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs

sys.path.insert(0, str(Path(__file__).parent))

from patient_clock import PatientClock


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three recordings of 60 frames, and runs that are right about them; the command finds it by its folder."""
    workspace = tiny_project(tmp_path, manifest={"sequence": {"settings": {"receptive_field": 5}}})
    untrained_runs(workspace)
    catalog = only_plugins(*FAKES)
    monkeypatch.setattr(deg_core, "Project", lambda root: Project(root, catalog=catalog))
    return Project(workspace.layout.root, catalog=catalog)
