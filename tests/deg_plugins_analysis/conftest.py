"""A small project of fakes, and its folds trained once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deg_core import Project
from deg_core.testing import FAKES, only_plugins, tiny_project
from deg_plugins_analysis.plugin import COMMANDS

CATALOG = only_plugins(*FAKES)


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
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a command of this package on a project of fakes; what a user can cause is raised as it is."""
    monkeypatch.setattr("deg_core.jobs.workspace.load_catalog", lambda: CATALOG)

    def invoke(project: Project, name: str, *arguments: str) -> Result:
        (plugin,) = [each for each in COMMANDS if each.name == name]
        root = str(project.workspace.layout.root)
        return CliRunner().invoke(plugin.load(), [*arguments, "-q", "-p", root], catch_exceptions=False)

    return invoke
