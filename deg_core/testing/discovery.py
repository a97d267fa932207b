"""A pytest plugin that hides installed plugins, so that tests mean the same on every machine.

Say `pytest_plugins = ["deg_core.testing.discovery"]` in the `conftest.py` at the root of your tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from deg_core import catalog
from deg_core.descriptors import KINDS, Plugin
from deg_core.hookspecs import hookimpl


@dataclass(frozen=True)
class _Given:
    """An entry point without a distribution."""

    plugins: tuple[Plugin[Any], ...]
    value: str = "given by a test"
    dist: None = None

    def load(self) -> ModuleType:
        """A module with a hook for each kind of plugin that there is."""
        module = ModuleType("given")
        for kind in KINDS:
            offered = tuple(each for each in self.plugins if isinstance(each, kind))
            if offered:
                setattr(module, kind.hook, hookimpl(_offering(offered, kind.hook)))
        return module


def _offering(plugins: tuple[Plugin[Any], ...], hook: str) -> Callable[[], tuple[Plugin[Any], ...]]:
    def offer() -> tuple[Plugin[Any], ...]:
        return plugins

    offer.__name__ = hook
    return offer


@pytest.fixture(autouse=True)
def find_only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Call it with plugins, and deg finds these and no others; not called, it finds none.

    ```python
    def test_it_predicts(find_only, tmp_path):
        find_only(*FAKES, my_model)
        ...
    ```
    """

    def find(*plugins: Plugin[Any]) -> None:
        monkeypatch.setattr(catalog, "installed", lambda: [_Given(plugins)] if plugins else [])

    find()
    return find
