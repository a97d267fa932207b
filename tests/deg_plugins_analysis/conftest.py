"""Small observations whose every value is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deg_core import Project
from deg_core.api import Labels
from deg_core.catalog import Catalog
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs
from deg_plugins_analysis.observations.observation import Observation

See = Callable[..., Observation]


@pytest.fixture
def see() -> See:
    """Makes an observation of text: a string for each behaviour, `#` present, `.` absent, ` ` not labelled."""

    def make(recording: str, rater: str = "anna", rate: float = 10.0, **columns: str) -> Observation:
        marks = np.array([[{"#": 1, ".": 0, " ": -1}[sign] for sign in text] for text in columns.values()], np.int8)
        return Observation(recording, rater, Labels(marks.T.copy(), tuple(columns), rate))

    return make


def _open_tiny(root: Path, catalog: Catalog | None = None) -> Workspace:
    return open_workspace(root, catalog or only_plugins(*FAKES))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three recordings of 60 frames, `walk` and `rear`, all labelled and predicted (rightly)."""
    workspace = tiny_project(tmp_path)
    untrained_runs(workspace)
    monkeypatch.setattr("deg_core.jobs.project.open_workspace", _open_tiny)
    project = Project(workspace.layout.root)
    project.predict()
    return project
