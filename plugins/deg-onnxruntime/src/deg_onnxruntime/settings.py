"""Settings of the engine."""

from __future__ import annotations

from deg_core.api import PluginSettings
from pydantic import Field


class OnnxRuntimeSettings(PluginSettings):
    """How a processor is divided."""

    streams: int | None = Field(
        default=None,
        ge=1,
        description="Rows of frames that are answered at a time, a thread each; null: as many as torch has threads.",
    )
