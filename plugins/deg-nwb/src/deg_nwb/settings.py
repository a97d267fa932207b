"""What can be set for NWB files. Imports nothing heavy."""

from __future__ import annotations

from deg_core.api import PluginSettings
from pydantic import Field


class NwbSettings(PluginSettings):
    """What to take from an NWB file."""

    table: str | None = Field(
        default=None, description="Path of the table of intervals in the file; needed where there are several."
    )
    column: str | None = Field(
        default=None, description="The column that names behaviours; needed where several hold text."
    )
    time_offset_s: float = Field(
        default=0.0, description="Seconds to take off all times, which count from the session's reference time."
    )
    annotator: str | None = Field(default=None, description="Written as the person who labelled.")
