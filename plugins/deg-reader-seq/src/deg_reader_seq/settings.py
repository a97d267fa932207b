"""Settings of the reader. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Literal

from deg_core.api import PluginSettings
from pydantic import Field


class SeqSettings(PluginSettings):
    """How a Norpix sequence is read."""

    count: Literal["header", "file"] = Field(
        default="header",
        description="Whether a file that holds fewer frames than its header counts is refused, or the whole frames "
        "in it are read. Headers that count 0, of recordings that were not ended properly, are read in any case.",
    )
    mosaic: Literal["grey", "RGGB", "GRBG", "GBRG", "BGGR"] | None = Field(
        default=None,
        description="Colours of the first two rows' first two pixels, for pictures as a colour camera's sensor gives "
        "them; `grey` leaves the mosaic as it is. The file does not say it in a documented way, so say it.",
    )
    frames_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Rate, Hz, in place of time stamps that are missing or run backwards. "
        "Files whose time stamps are sound keep their own.",
    )
