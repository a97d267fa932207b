"""What deg and the distributions in `plugins/` offer, installed or not."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deg_core.catalog import load_catalog
from deg_core.descriptors import KINDS, Plugin

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Offered:
    """A plugin, and the distribution it comes in."""

    plugin: Plugin[Any]
    distribution: str


@dataclass(frozen=True)
class Distribution:
    """A distribution in `plugins/`.

    Attributes:
        folder: Where it lies.
        project: The table of that name in its pyproject.toml.
        plugins: What it offers, by kind and then in its own order.
    """

    folder: Path
    project: dict[str, Any]
    plugins: tuple[Plugin[Any], ...]

    @property
    def name(self) -> str:
        """As pip knows it."""
        return str(self.project["name"])


@cache
def distributions() -> tuple[Distribution, ...]:
    """All distributions in `plugins/`, by name."""
    return tuple(_distribution(path) for path in sorted(ROOT.glob("plugins/*/pyproject.toml")))


def offered() -> list[Offered]:
    """All plugins: by kind, those of deg first, then by distribution."""
    own = [Offered(o.plugin, "deg-ethogram") for o in load_catalog().offers if o.source.distribution == "deg-ethogram"]
    own.sort(key=lambda each: each.plugin.name)
    return own + [Offered(plugin, each.name) for each in distributions() for plugin in each.plugins]


def _distribution(path: Path) -> Distribution:
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    source = str(path.parent / "src")
    if source not in sys.path:
        sys.path.insert(0, source)
    modules = [importlib.import_module(module) for module in project["entry-points"]["deg"].values()]
    hooks = [getattr(module, kind.hook, tuple) for kind in KINDS for module in modules]
    return Distribution(path.parent, project, tuple(plugin for hook in hooks for plugin in hook()))
