"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_live() -> click.Command:
    from deg_live.command import live

    return live


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg live`."""
    yield CommandPlugin(
        name="live",
        summary="Show the ethogram of a camera, a stream or a file as it happens.",
        settings=NoSettings,
        load=_load_live,
    )
