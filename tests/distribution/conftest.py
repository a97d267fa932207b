"""Wheels of deg, of plugins beside it and of some that `deg plugin new` wrote; an environment that holds them.

Made once for all tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from environment import ROOT, Environment, build

from deg_core.authoring.new import new_plugin
from deg_core.catalog import catalog_of

PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
NEW = {"new-gru": "sequence-model", "new-command": "command"}
"""Plugins made from templates, and their kinds."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.distribution)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Sdist and wheel of every distribution, by the name of its folder."""
    folder, made = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("made")
    for name, kind in NEW.items():
        new_plugin(kind, name, made / f"deg-{name}", catalog_of())
    sources = (ROOT, *PLUGINS, *sorted(made.iterdir()))
    return {source.name if source != ROOT else "deg": build(source, folder) for source in sources}


@pytest.fixture(scope="session")
def environment(built: dict[str, list[Path]], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with every wheel."""
    wheels = [files[-1] for files in built.values()]
    return Environment.create(tmp_path_factory.mktemp("environment"), wheels)
