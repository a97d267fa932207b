"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_sample() -> click.Command:
    from deg_plugins_sample.command import sample

    return sample


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg sample`."""
    yield CommandPlugin(
        name="sample",
        summary="Make videos of a simulated animal, with labels, to try everything on.",
        settings=NoSettings,
        load=_load_sample,
    )
