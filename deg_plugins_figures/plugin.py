"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_plot() -> click.Command:
    from deg_plugins_figures.plot import plot

    return plot


def _load_video() -> click.Command:
    from deg_plugins_figures.video import video

    return video


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg plot` and `deg video`."""
    yield CommandPlugin(
        name="plot",
        summary="Draw ethograms, mistakes, confusions, precision-recall, calibration and training curves.",
        settings=NoSettings,
        load=_load_plot,
    )
    yield CommandPlugin(
        name="video",
        summary="Write a copy of a video with its ethogram running along.",
        settings=NoSettings,
        load=_load_video,
    )
