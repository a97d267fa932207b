"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, VideoReader, VideoReaderPlugin, hookimpl

if TYPE_CHECKING:
    import click


def open_animal(path: Path, settings: NoSettings) -> VideoReader:
    """Open the recording of one animal, or of a pair."""
    from deg_animals.animal_video import AnimalVideo  # here, so that listing plugins stays cheap

    del settings  # whatever changes a pixel is in the file, whose fingerprint predictions remember
    return AnimalVideo(path)


def _load_animals() -> click.Command:
    from deg_animals.command import animals

    return animals


one_animal = VideoReaderPlugin(
    name="one-animal",
    summary="one animal, or a pair, of a video of several: followed, cropped, and turned if wished (.animal)",
    settings=NoSettings,
    suffixes=frozenset({".animal"}),
    open=open_animal,
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[NoSettings]]:
    """Offer the reader."""
    yield one_animal


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer `deg animals`."""
    yield CommandPlugin(
        name="animals",
        summary="Make a recording of each animal in a video, and join what was predicted of them.",
        settings=NoSettings,
        load=_load_animals,
    )
