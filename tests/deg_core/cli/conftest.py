"""Runs commands in this process, on a tiny project of fakes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deg_core.catalog import Catalog
from deg_core.cli.main import deg
from deg_core.jobs.workspace import Workspace
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs

# click 8.1 mixes stderr into stdout unless told; later ones never do, and know no such option
_SEPARATE = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def values(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run() -> Run:
    """Give a command line, get its answer. What is not a user's mistake is raised."""

    def invoke(*arguments: str | Path) -> Answer:
        runner = CliRunner(**_SEPARATE)  # type: ignore[arg-type]
        result = runner.invoke(deg, [str(each) for each in arguments], catch_exceptions=False)
        return Answer(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Catalog], None]:
    """Let deg find these plugins and no others."""

    def put(catalog: Catalog) -> None:
        monkeypatch.setattr("deg_core.catalog.load_catalog", lambda: catalog)
        monkeypatch.setattr("deg_core.jobs.workspace.load_catalog", lambda: catalog)
        monkeypatch.setattr("deg_core.jobs.model.load_catalog", lambda: catalog)

    return put


@pytest.fixture
def project(tmp_path: Path, install: Callable[[Catalog], None], monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Three labelled recordings, `one`, `two` and `three`; the working directory is the project's."""
    install(only_plugins(*FAKES))
    workspace = tiny_project(tmp_path)
    monkeypatch.chdir(workspace.layout.root)
    return workspace


@pytest.fixture
def trained(project: Workspace) -> Workspace:
    """The same, with a run of every stage."""
    untrained_runs(project)
    return project
