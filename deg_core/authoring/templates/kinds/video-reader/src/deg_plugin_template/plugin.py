"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deg_core.api import PluginSettings, VideoReader, VideoReaderPlugin, hookimpl
from pydantic import Field


class ReaderSettings(PluginSettings):
    """What the file does not say."""

    frames_per_second: float = Field(default=30.0, gt=0, description="Frame rate, Hz.")


def open_video(path: Path, settings: ReaderSettings) -> VideoReader:
    """Open a video."""
    from deg_plugin_template.reader import ArrayVideo  # here, so that listing plugins stays cheap

    return ArrayVideo(path, settings.frames_per_second)


reader = VideoReaderPlugin(
    name="template-name",
    summary="frames in an array that NumPy saved",
    settings=ReaderSettings,
    suffixes=frozenset({".npy"}),
    open=open_video,
)


@hookimpl
def deg_video_readers() -> Iterator[VideoReaderPlugin[ReaderSettings]]:
    """Offer the reader."""
    yield reader
