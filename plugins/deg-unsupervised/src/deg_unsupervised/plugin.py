"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_cluster() -> click.Command:
    from deg_unsupervised.command import cluster

    return cluster


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg cluster`."""
    yield CommandPlugin(
        name="cluster",
        summary="Find clusters of frames, and compare them with what people labelled.",
        settings=NoSettings,
        load=_load_cluster,
    )
