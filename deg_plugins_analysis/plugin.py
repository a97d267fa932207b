"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_benchmark() -> click.Command:
    from deg_plugins_analysis.benchmark.command import benchmark

    return benchmark


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    yield CommandPlugin(
        name="benchmark",
        summary="Measure how fast this machine predicts, and what limits it.",
        settings=NoSettings,
        load=_load_benchmark,
    )
