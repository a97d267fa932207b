"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_saliency() -> click.Command:
    from deg_saliency.command import saliency

    return saliency


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg saliency`."""
    yield CommandPlugin(
        name="saliency",
        summary="Show where a model looked, and the part of picture and flow in what it says.",
        settings=NoSettings,
        load=_load_saliency,
    )
