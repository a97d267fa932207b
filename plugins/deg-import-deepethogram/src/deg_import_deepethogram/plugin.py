"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_import() -> click.Command:
    from deg_import_deepethogram.import_command import import_deepethogram

    return import_deepethogram


def _load_export() -> click.Command:
    from deg_import_deepethogram.export_command import export_deepethogram

    return export_deepethogram


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the way here, and the way back."""
    yield CommandPlugin(
        name="import-deepethogram",
        summary="Bring a project of DeepEthogram: recordings, labels, split, outputs and trained weights.",
        settings=NoSettings,
        load=_load_import,
    )
    yield CommandPlugin(
        name="export-deepethogram",
        summary="Write a project of DeepEthogram: videos, labels, split, predictions and latents.",
        settings=NoSettings,
        load=_load_export,
    )
