"""Small observations whose every value is known; a small project of fakes, and its folds trained once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from deg_core import Project
from deg_core.api import Labels
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs
from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.plugin import deg_commands

See = Callable[..., Observation]


@pytest.fixture
def see() -> See:
    """Makes an observation of text: a string for each behaviour, `#` present, `.` absent, ` ` not labelled."""

    def make(recording: str, rater: str = "anna", rate: float = 10.0, **columns: str) -> Observation:
        marks = np.array([[{"#": 1, ".": 0, " ": -1}[sign] for sign in text] for text in columns.values()], np.int8)
        return Observation(recording, rater, Labels(marks.T.copy(), tuple(columns), rate))

    return make


CATALOG = only_plugins(*FAKES)


@pytest.fixture
def only_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed but fakes."""
    monkeypatch.setattr("deg_core.jobs.workspace.load_catalog", lambda: CATALOG)


@pytest.fixture
def predicted(tmp_path: Path, only_fakes: None) -> Project:
    """Three recordings of 60 frames, `walk` and `rear`, all labelled and predicted (rightly)."""
    workspace = tiny_project(tmp_path)
    untrained_runs(workspace)
    project = Project(workspace.layout.root)
    project.predict()
    return project


@pytest.fixture(scope="session")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Six recordings; commands leave their trainings in it, so that each fold is trained once."""
    workspace = tiny_project(tmp_path_factory.mktemp("folded"), n_recordings=6)
    return Project(workspace.layout.root, catalog=CATALOG)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The same, of a test's own, and not trained."""
    return Project(tiny_project(tmp_path, n_recordings=6).layout.root, catalog=CATALOG)


Run = Callable[..., Result]


@pytest.fixture
def run(only_fakes: None) -> Run:
    """Give a command of this package on a project of fakes; what a user can cause is raised as it is."""

    def invoke(project: Project, name: str, *arguments: str) -> Result:
        (plugin,) = [each for each in deg_commands() if each.name == name]
        root = str(project.workspace.layout.root)
        return CliRunner().invoke(plugin.load(), [*arguments, "-q", "-p", root], catch_exceptions=False)

    return invoke
