"""Looks at every installed distribution that offers plugins."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from deg_core.authoring.check import Limits, Review, check_plugin
from deg_core.authoring.subject import find_subject
from deg_core.catalog import Catalog, installed

_AT_ONCE = 4
"""Distributions that are imported at a time, each in a process of its own."""


def examine(catalog: Catalog, *, commands: Collection[str] = (), limits: Limits | None = None) -> list[Review]:
    """Import each distribution alone, and collect what is wrong with it; no contract is tried.

    Args:
        catalog: All installed plugins, by which names that clash are told.
        commands: Names of deg's own commands.
        limits: What is too much.
    """
    names = sorted({point.dist.name for point in installed() if point.dist is not None})

    def look(name: str) -> Review:
        return check_plugin(find_subject(name), catalog, commands=commands, limits=limits, contracts=False)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(look, names))
