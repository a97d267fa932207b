"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deg_core.api import LabelFormatPlugin, Labels, Timeline, hookimpl

from deg_nwb.settings import NwbSettings


def read_nwb(path: Path, settings: NwbSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    """See `ReadLabels`."""
    from deg_nwb import reading  # here, so that listing plugins stays cheap

    return reading.read(path, settings, timeline, behaviours)


def write_nwb(path: Path, labels: Labels, settings: NwbSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`."""
    from deg_nwb import writing

    return writing.write(path, labels, settings, timeline)


nwb = LabelFormatPlugin(
    name="nwb",
    summary="NWB: bouts of ndx-ethogram, or any table of intervals",
    settings=NwbSettings,
    suffixes=(".nwb",),
    read=read_nwb,
    write=write_nwb,
)


@hookimpl
def deg_label_formats() -> Iterator[LabelFormatPlugin[NwbSettings]]:
    """Offer the format."""
    yield nwb
