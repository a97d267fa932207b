"""Wheels of deg and of every plugin beside it, and an environment that holds them: made once for all tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from environment import ROOT, Environment, build

PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.distribution)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Sdist and wheel of every distribution, by the name of its folder."""
    folder = tmp_path_factory.mktemp("dist")
    return {source.name if source != ROOT else "deg": build(source, folder) for source in (ROOT, *PLUGINS)}


@pytest.fixture(scope="session")
def environment(built: dict[str, list[Path]], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with every wheel."""
    wheels = [files[-1] for files in built.values()]
    return Environment.create(tmp_path_factory.mktemp("environment"), wheels)
