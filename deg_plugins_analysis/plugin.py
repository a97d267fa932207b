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


def _load_agreement() -> click.Command:
    from deg_plugins_analysis.agreement.command import agreement

    return agreement


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    yield CommandPlugin(
        name="stats",
        summary="Say what animals did: time, bouts, order, differences between groups.",
        settings=NoSettings,
        load=_load_stats,
    )
    yield CommandPlugin(
        name="agreement",
        summary="Say how far raters agree: people with each other, and deg among them.",
        settings=NoSettings,
        load=_load_agreement,
    )
