"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_tune() -> click.Command:
    from deg_tune.command import tune

    return tune


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg tune`."""
    yield CommandPlugin(
        name="tune", summary="Search for better settings on validation data.", settings=NoSettings, load=_load_tune
    )
