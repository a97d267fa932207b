"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_stats() -> click.Command:
    from deg_plugins_analysis.statistics.command import stats

    return stats


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    yield CommandPlugin(
        name="stats",
        summary="Say what animals did: time, bouts, order, differences between groups.",
        settings=NoSettings,
        load=_load_stats,
    )
