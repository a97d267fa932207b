"""The label formats of this package, each in a module of its own that is imported when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from deg_core.api import LabelFormatPlugin, Labels, NoSettings, PluginSettings, Timeline
from deg_plugins_io.labels import settings as of


@dataclass(frozen=True, slots=True)
class _Reads:
    """See `ReadLabels`."""

    module: str

    def __call__(
        self, path: Path, settings: PluginSettings, timeline: Timeline | None, behaviours: tuple[str, ...]
    ) -> Labels:
        labels: Labels = import_module(f"deg_plugins_io.labels.{self.module}").read(
            path, settings, timeline, behaviours
        )
        return labels


@dataclass(frozen=True, slots=True)
class _Writes:
    """See `WriteLabels`."""

    module: str

    def __call__(self, path: Path, labels: Labels, settings: PluginSettings, timeline: Timeline) -> tuple[str, ...]:
        notes: tuple[str, ...] = import_module(f"deg_plugins_io.labels.{self.module}").write(
            path, labels, settings, timeline
        )
        return notes


def _offer(
    name: str, summary: str, settings: type[PluginSettings], *suffixes: str, reads: bool = True, writes: bool = True
) -> LabelFormatPlugin[Any]:
    module = name.replace("-", "_")
    return LabelFormatPlugin(
        name=name,
        summary=summary,
        settings=settings,
        suffixes=suffixes,
        read=_Reads(module) if reads else None,
        write=_Writes(module) if writes else None,
    )


deg_csv = _offer(
    "deg-csv", "a row per frame, a column per behaviour: 1, 0, or -1 where not labelled", NoSettings, ".csv"
)
deepethogram_csv = _offer(
    "deepethogram-csv", "DeepEthogram's labels and predictions, with a column for background", NoSettings, ".csv"
)
bouts_csv = _offer(
    "bouts-csv",
    "a row per bout: start, stop, behaviour, in seconds or frames",
    of.BoutsCsvSettings,
    ".csv",
    ".tsv",
    ".txt",
    ".xlsx",
)
boris_tsv = _offer(
    "boris-tsv",
    "BORIS's tabular events, of version 8 and 9 and of older ones",
    of.BorisSettings,
    ".tsv",
    ".csv",
    ".txt",
    ".xlsx",
)

FORMATS: tuple[LabelFormatPlugin[Any], ...] = (deg_csv, deepethogram_csv, bouts_csv, boris_tsv)
"""All of them, in the order of their documentation."""
