"""Small projects whose extractors are toys."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deg_core
import pytest
import torch
from deg_core import Project
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs

sys.path.insert(0, str(Path(__file__).parent))

from toys import TOYS

from deg_saliency.network import Network, load_network

CATALOG = only_plugins(*FAKES, *TOYS)


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Project]:
    """A project with an extractor by name and settings; with runs as they were built, unless not trained."""

    def make(name: str = "two-toys", *, trained: bool = True, exclusive: bool = False, **settings: Any) -> Project:
        manifest = {"features": {"name": name, "settings": settings}}
        workspace = tiny_project(tmp_path, *TOYS, manifest=manifest, exclusive=exclusive)
        if trained:
            untrained_runs(workspace)
        return Project(workspace.layout.root, catalog=CATALOG)

    return make


@pytest.fixture
def make_network(make_project: Callable[..., Project]) -> Callable[..., Network]:
    """The feature stage of such a project."""

    def make(name: str = "two-toys", **settings: Any) -> Network:
        return load_network(make_project(name, **settings))

    return make


@pytest.fixture
def dark_with_patch() -> Callable[..., torch.Tensor]:
    """Windows (N, 3, 16, 16, 3) of dark frames with a bright patch of 4 x 4 at each place (row, column)."""

    def make(*places: tuple[int, int]) -> torch.Tensor:
        frames = torch.full((len(places), 3, 16, 16, 3), 20, dtype=torch.uint8)
        for window, (row, column) in zip(frames, places, strict=True):
            window[:, row : row + 4, column : column + 4] = 250
        return frames

    return make


@pytest.fixture
def in_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands know the toys."""
    monkeypatch.setattr(deg_core, "Project", lambda root: Project(root, catalog=CATALOG))
