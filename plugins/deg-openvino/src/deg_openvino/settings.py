"""Settings of the engine."""

from __future__ import annotations

from deg_core.api import PluginSettings
from pydantic import Field


class OpenVinoSettings(PluginSettings):
    """How a processor is divided."""

    streams: int | None = Field(
        default=None, ge=1, description="Rows of frames that are answered at a time; null: as many as threads."
    )
    threads: int | None = Field(
        default=None, ge=1, description="Threads for all of them; null: as many as torch would take."
    )
