"""Settings of the readers. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Literal

from deg_core.api import PluginSettings
from pydantic import Field


class FmfSettings(PluginSettings):
    """How FlyMovieFormat is read."""

    count: Literal["header", "file"] = Field(
        default="header",
        description="Whether a file that holds other frames than its header counts is refused, or the whole frames "
        "in it are read. Headers that count 0, of recordings that were not ended properly, are read in any case.",
    )
    bit_depth: int = Field(
        default=16,
        ge=8,
        le=16,
        description="Bits that a MONO16 picture really fills; the upper 8 of them are kept, by one rule for all "
        "frames. 12 for a 12-bit camera whose values are stored unscaled.",
    )
    frames_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Rate, Hz, in place of time stamps that are missing or run backwards. "
        "Files whose time stamps are sound keep their own.",
    )


class UfmfSettings(PluginSettings):
    """How micro-fmf is read."""

    index: Literal["file", "rebuild"] = Field(
        default="file",
        description="Where frames are looked up: in the file's index, or, where that is damaged, in one that is made "
        "anew by going through the file. A file without an index is gone through in any case.",
    )
    frames_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Rate, Hz, in place of time stamps that are missing or run backwards. "
        "Files whose time stamps are sound keep their own.",
    )
