"""A clock that nobody waits for, and a project of fakes."""

from __future__ import annotations

from pathlib import Path

import deg_core
import pytest
from deg_core import Project
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs


class PatientClock:
    """Passes only when somebody sleeps, or when a test lets it."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three recordings of 60 frames, and runs that are right about them; the command finds it by its folder."""
    workspace = tiny_project(tmp_path)
    untrained_runs(workspace)
    catalog = only_plugins(*FAKES)
    monkeypatch.setattr(deg_core, "Project", lambda root: Project(root, catalog=catalog))
    return Project(workspace.layout.root, catalog=catalog)
