"""Finds plugins through the entry-point group `deg`; keeps the good, remembers the bad."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib import metadata
from types import ModuleType
from typing import Any, TypeVar, cast

import pluggy

from deg_core import hookspecs
from deg_core.compatibility import DEG, deg_version, unmet_need
from deg_core.descriptors import KINDS, Plugin, PluginSettings
from deg_core.errors import PluginConflictError, PluginFailedError, PluginNotFoundError, did_you_mean

GROUP = "deg"

P = TypeVar("P", bound=Plugin[Any])


@dataclass(frozen=True, slots=True)
class Source:
    """The distribution a plugin came from."""

    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Offer:
    """A plugin and where it came from."""

    plugin: Plugin[Any]
    source: Source


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin that did not load, what was being done, and why it failed."""

    source: Source
    doing: str
    error: BaseException

    def __str__(self) -> str:
        return f"{self.source} did not load, {self.doing} ({self.error!r})"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every plugin there is, and every one that failed."""

    offers: tuple[Offer, ...]
    failures: tuple[Failure, ...] = field(default=())

    def of_kind(self, kind: type[P]) -> list[Offer]:
        """Offers of one kind, by name."""
        return sorted((o for o in self.offers if isinstance(o.plugin, kind)), key=lambda o: o.plugin.name)

    def names(self, kind: type[P]) -> list[str]:
        """Names of one kind, each once."""
        return sorted({offer.plugin.name for offer in self.of_kind(kind)})

    def conflicts(self) -> list[tuple[Offer, ...]]:
        """Offers that claim the same name of the same kind."""
        found: dict[tuple[type[Any], str], list[Offer]] = {}
        for offer in self.offers:
            found.setdefault((type(offer.plugin), offer.plugin.name), []).append(offer)
        return [tuple(offers) for offers in found.values() if len(offers) > 1]

    def find(self, kind: type[P], name: str, *, where: str) -> Offer:
        """Find a plugin by name.

        Args:
            kind: Its descriptor class.
            name: The name that a project asks for.
            where: Who asks, for messages.

        Raises:
            PluginNotFoundError: Nobody offers it; names what is near, and what failed to load.
            PluginConflictError: Several distributions offer it.
        """
        offers = [offer for offer in self.of_kind(kind) if offer.plugin.name == name]
        if len(offers) == 1:
            return offers[0]
        if not offers:
            raise self._not_found(kind, name, where)
        sources = " and ".join(str(offer.source) for offer in offers)
        raise PluginConflictError(
            f"{kind.kind} {name!r} is offered by {sources}",
            where=where,
            fix="uninstall one of them, or ask its authors for another name",
        )

    def get(self, kind: type[P], name: str, *, where: str) -> P:
        """Like `find`, the plugin alone."""
        return cast("P", self.find(kind, name, where=where).plugin)

    def _not_found(self, kind: type[P], name: str, where: str) -> PluginNotFoundError:
        names = self.names(kind)
        lines = [f"{did_you_mean(name, names)}installed: {', '.join(names) or 'none'}", *map(str, self.failures)]
        return PluginNotFoundError(f"no {kind.kind} named {name!r}", where=where, fix="\n".join(lines))


def load_catalog(entry_points: Iterable[metadata.EntryPoint] | None = None) -> Catalog:
    """Find every installed plugin. A bad one becomes a `Failure`; it spoils nobody else.

    Args:
        entry_points: Where to look; by default all of group `deg`.

    Raises:
        PluginFailedError: A plugin failed and the environment says `DEG_STRICT_PLUGINS=1`.
    """
    offers: list[Offer] = []
    failures: list[Failure] = []
    for entry in entry_points if entry_points is not None else installed():
        with redirect_stdout(sys.stderr):  # what a plugin prints would spoil the answer of `--json`
            loaded, failure = _load(entry)
        offers += loaded
        if failure is not None:
            failures.append(failure)
    if failures and os.environ.get("DEG_STRICT_PLUGINS") == "1":
        raise PluginFailedError(
            str(failures[0]), where="DEG_STRICT_PLUGINS=1", fix="mend or uninstall it, or unset the variable"
        )
    return Catalog(tuple(offers), tuple(failures))


def installed() -> Iterable[metadata.EntryPoint]:
    """Entry points of all installed distributions; the one place where plugins are discovered."""
    return metadata.entry_points(group=GROUP)


def catalog_of(*plugins: Plugin[Any], distribution: str = "given") -> Catalog:
    """A catalogue without discovery, for tests and scripts."""
    source = Source(distribution, "")
    return Catalog(tuple(Offer(plugin, source) for plugin in plugins))


def _load(entry: metadata.EntryPoint) -> tuple[list[Offer], Failure | None]:
    source = Source(entry.dist.name, entry.dist.version) if entry.dist else Source(entry.value, "")
    doing = "comparing versions"
    try:
        _check_needs(entry)
        doing = f"importing {entry.value}"
        module = entry.load()
        doing = "looking for hooks"
        manager = _register(module)
        offers: list[Offer] = []
        for kind in KINDS:
            doing = f"calling {kind.hook}"
            offers += [Offer(plugin, source) for plugin in _offered(manager, kind)]
    except (Exception, SystemExit) as error:  # whatever a stranger's code raises is its own failure, not ours
        return [], Failure(source, doing, error)
    return offers, None


def _check_needs(entry: metadata.EntryPoint) -> None:
    """Refuse a plugin of another deg before its code runs; pip says so too, but only when it is asked to."""
    if entry.dist is not None and entry.dist.name != DEG:
        need = unmet_need(entry.dist.requires or (), deg_version())
        if need is not None:
            raise ImportError(f"it {need}; install that one, or another version of {entry.dist.name}")


def _register(module: ModuleType) -> pluggy.PluginManager:
    """Register one plugin alone: pluggy loses every answer of a call in which one implementation raises."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(module)
    manager.check_pending()  # refuses a misspelt hook, which pluggy otherwise takes in silence
    return manager


def _offered(manager: pluggy.PluginManager, kind: type[Plugin[PluginSettings]]) -> Iterator[Plugin[Any]]:
    for implementation in getattr(manager.hook, kind.hook).get_hookimpls():
        for plugin in implementation.function():
            if not isinstance(plugin, kind):
                raise TypeError(f"{kind.hook} must yield {kind.__name__}, not {plugin!r}")
            _check_defaults(plugin)
            yield plugin


def _check_defaults(plugin: Plugin[Any]) -> None:
    """Every setting needs a default, so that a name alone is a choice."""
    required = [name for name, each in plugin.settings.model_fields.items() if each.is_required()]
    if required:
        raise TypeError(f"settings of {plugin.name!r} have no default: {', '.join(required)}")
