"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deg_core.api import VideoReader, VideoReaderPlugin, hookimpl

from deg_reader_ufmf.settings import FmfSettings, UfmfSettings


def open_fmf(path: Path, settings: FmfSettings) -> VideoReader:
    """Open a FlyMovieFormat file."""
    from deg_reader_ufmf.fmf import FmfVideo  # here, so that listing plugins stays cheap

    return FmfVideo(path, settings)


def open_ufmf(path: Path, settings: UfmfSettings) -> VideoReader:
    """Open a micro-fmf file."""
    from deg_reader_ufmf.ufmf import UfmfVideo

    return UfmfVideo(path, settings)


fmf = VideoReaderPlugin(
    name="fmf",
    summary="FlyMovieFormat (.fmf), uncompressed video of fly rigs with a time stamp for each frame",
    settings=FmfSettings,
    suffixes=frozenset({".fmf"}),
    open=open_fmf,
)

ufmf = VideoReaderPlugin(
    name="ufmf",
    summary="micro-fmf (.ufmf), backgrounds and the boxes in which frames differ from them",
    settings=UfmfSettings,
    suffixes=frozenset({".ufmf"}),
    open=open_ufmf,
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[Any]]:
    """Offer the readers."""
    yield fmf
    yield ufmf
