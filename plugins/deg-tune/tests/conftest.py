"""A small project of fakes with a trained feature extractor, and a search over its sequence stage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deg_core import Project
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs

from deg_tune.command import prepare
from deg_tune.folders import base_values
from deg_tune.report import Findings, findings_of, write_report
from deg_tune.search import Search, run_trials
from deg_tune.study import open_study

CATALOG = only_plugins(*FAKES)

TRAINING = {"max_epochs": 3, "steps_per_epoch": 2, "learning_rate": 0.01, "monitor": "fake-agreement"}


def make_project(folder: Path, **manifest: Any) -> Project:
    """Three recordings, one for each part of the split, and a run of features."""
    settings = {"sequence": {"training": TRAINING}, **manifest}
    workspace = tiny_project(folder, manifest=settings)
    untrained_runs(workspace)
    return Project(workspace.layout.root, catalog=CATALOG)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def write_space(project: Project, text: str) -> None:
    (project.workspace.layout.root / "tune.yaml").write_text(text, encoding="utf-8")


def prepared(project: Project, space: str, **options: Any) -> Search:
    write_space(project, space)
    name = options.pop("name", "search")
    chosen = {"stage": "sequence", "sampler": "random", "pruner": "none", "grace": 1, "seed": 0, **options}
    return prepare(project, "tune.yaml", name, quiet=True, **chosen)


def searched(search: Search, n_trials: int, hours: float | None = None, *, report: bool = False) -> Findings:
    values = base_values(search.project, search.folders)
    begun_with = {"metric": search.work.metric, **search.space.described()}
    with open_study(search.folders.storage, search.strategy, search.work.goal, begun_with) as study:
        run_trials(search, study, n_trials, hours)
        return write_report(search, study, values) if report else findings_of(search, study)


@pytest.fixture
def prepare_search() -> Callable[..., Search]:
    """Check a space on a project, and make the base."""
    return prepared


@pytest.fixture
def run_search() -> Callable[..., Findings]:
    """Run trials of a search until there are so many."""
    return searched


@pytest.fixture(scope="session")
def new_project() -> Callable[..., Project]:
    """Another project of fakes."""
    return make_project
