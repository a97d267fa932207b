"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deg_core.api import VideoReader, VideoReaderPlugin, hookimpl

from deg_reader_seq.settings import SeqSettings


def open_seq(path: Path, settings: SeqSettings) -> VideoReader:
    """Open a Norpix sequence."""
    from deg_reader_seq.seq import SeqVideo  # here, so that listing plugins stays cheap

    return SeqVideo(path, settings)


seq = VideoReaderPlugin(
    name="norpix-seq",
    summary="Norpix StreamPix sequences (.seq), raw or JPEG, with a time stamp for each frame",
    settings=SeqSettings,
    suffixes=frozenset({".seq"}),
    open=open_seq,
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[SeqSettings]]:
    """Offer the reader."""
    yield seq
