"""What deg itself offers, and the contract tests that there are for it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from deg_core.catalog import Catalog, load_catalog
from deg_core.descriptors import Plugin

P = TypeVar("P", bound=Plugin[Any])


def offered(kind: type[P], catalog: Catalog | None = None) -> list[P]:
    """The plugins of one kind that come with deg, by name.

    Raises:
        LookupError: There are none, so that no test is passed by having nothing to try.
    """
    offers = (catalog or load_catalog()).of_kind(kind)
    plugins: list[Any] = [offer.plugin for offer in offers if offer.source.distribution == "deg-ethogram"]
    if not plugins:
        raise LookupError(f"deg offers no {kind.kind}; is it installed? pip install -e .")
    return plugins


def own_contracts(folder: Path, contract: type[Any]) -> dict[str, list[type[Any]]]:
    """The contract tests that the test files in a folder bring, by the name of the plugin they try."""
    found: dict[str, list[type[Any]]] = {}
    for path in sorted(folder.glob("test_*.py")):
        if not path.name.startswith("test_every_"):
            for each in _contracts_in(_load(path), contract):
                found.setdefault(each.plugin.name, []).append(each)
    return found


def contracts_for_the_others(plugins: Iterable[Plugin[Any]], contract: type[Any], folder: Path) -> dict[str, type[Any]]:
    """A contract test for every plugin without one in the folder, by class name, to be put into a module."""
    tried = own_contracts(folder, contract)
    made = {_class_name(plugin): plugin for plugin in plugins if plugin.name not in tried}
    return {name: type(name, (contract,), {"plugin": plugin}) for name, plugin in made.items()}


def _class_name(plugin: Plugin[Any]) -> str:
    return f"Test{plugin.name.title().replace('-', '')}"


def _contracts_in(module: ModuleType, contract: type[Any]) -> Iterator[type[Any]]:
    """Classes that pytest collects from a module."""
    for name, each in vars(module).items():
        if name.startswith("Test") and isinstance(each, type) and issubclass(each, contract):
            yield each


def _load(path: Path) -> ModuleType:
    name = f"contracts_of_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look there for the names in their annotations
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module
