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


_SHEETS = (".xlsx", ".xls", ".ods", ".html")
"""Of spreadsheets, and of tables that programs export in their place."""

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
    *_SHEETS,
)
boris_tsv = _offer(
    "boris-tsv",
    "BORIS's tabular events, of version 8 and 9 and of older ones",
    of.BorisSettings,
    ".tsv",
    ".csv",
    ".txt",
    *_SHEETS,
)

boris_project = _offer("boris-project", "a project of BORIS", of.BorisSettings, ".boris", ".boris.gz")
boris_aggregated = _offer(
    "boris-aggregated",
    "BORIS's aggregated events, a bout per row",
    of.BorisSettings,
    ".tsv",
    ".csv",
    ".txt",
    *_SHEETS,
)
boris_binary = _offer(
    "boris-binary",
    "BORIS's behaviour binary table, a row per instant",
    of.SampledSettings,
    ".tsv",
    ".csv",
    ".txt",
    *_SHEETS,
    writes=False,
)
bento_annot = _offer("bento-annot", "BENTO, MARS and Caltech's .annot", of.CodingSettings, ".annot", ".txt")
caltech_txt = _offer(
    "caltech-txt", "the Caltech Behavior Annotator's text", of.CodingSettings, ".txt", ".annot", writes=False
)
solomon_csv = _offer(
    "solomon-csv",
    "Solomon Coder, a row per instant, a column per category",
    of.SampledSettings,
    ".csv",
    ".tsv",
    ".txt",
    writes=False,
)
observer = _offer(
    "observer",
    "the event log of Noldus The Observer XT",
    of.ObservedSettings,
    ".txt",
    ".csv",
    *_SHEETS,
)
ethovision = _offer(
    "ethovision",
    "Noldus EthoVision's raw data, behaviours sampled at the rate of tracking",
    of.SampledSettings,
    *_SHEETS,
    ".txt",
    ".csv",
    writes=False,
)
ethovision_log = _offer(
    "ethovision-log",
    "Noldus EthoVision's manual scoring log",
    of.CodingSettings,
    *_SHEETS,
    ".txt",
    ".csv",
    writes=False,
)
simba_csv = _offer("simba-csv", "SimBA's targets and machine results", of.SimbaSettings, ".csv", writes=False)
jabs_json = _offer("jabs-json", "JABS's annotations of a video", of.CodingSettings, ".json")
jaaba_scores = _offer("jaaba-scores", "JAABA's scores of a behaviour", of.CodingSettings, ".mat", writes=False)
jaaba_labels = _offer("jaaba-labels", "a person's labels in JAABA", of.ObservedSettings, ".jab", ".mat", writes=False)
calms21_json = _offer("calms21-json", "sequences of CalMS21 and MABe", of.FrameSettings, ".json", writes=False)
feral_json = _offer("feral-json", "labels of FERAL, a class per frame", of.FrameSettings, ".json")
elan = _offer("elan", "ELAN's tiers of annotations", of.TierSettings, ".eaf")
anvil = _offer("anvil", "tracks of Anvil", of.AnvilSettings, ".anvil", ".xml", writes=False)
praat_textgrid = _offer("praat-textgrid", "Praat's tiers, long or short", of.TierSettings, ".textgrid", ".txt")
audacity = _offer("audacity", "a label track of Audacity", of.CodingSettings, ".txt")
via3 = _offer("via3", "temporal segments of VGG Image Annotator 3", of.ObservedSettings, ".csv", ".json")
cvat_xml = _offer("cvat-xml", "CVAT's tracks and tags", of.CvatSettings, ".xml", writes=False)
label_studio = _offer("label-studio", "Label Studio's video timelines", of.ObservedSettings, ".json")
labgym = _offer("labgym", "LabGym's all_events", of.SampledSettings, *_SHEETS, ".csv", writes=False)
vtrace = _offer("vtrace", "V-TRACE's labels", of.CodingSettings, ".csv")
jwatcher = _offer("jwatcher", "a focal data file of JWatcher", of.JWatcherSettings, ".dat", writes=False)
lmt = _offer("lmt", "a database of Live Mouse Tracker", of.LmtSettings, ".sqlite", ".db", writes=False)
ava_csv = _offer("ava-csv", "AVA's actions, one second each", of.ObservedSettings, ".csv", writes=False)

FORMATS: tuple[LabelFormatPlugin[Any], ...] = (
    deg_csv,
    deepethogram_csv,
    bouts_csv,
    boris_tsv,
    boris_project,
    boris_aggregated,
    boris_binary,
    bento_annot,
    caltech_txt,
    solomon_csv,
    observer,
    ethovision,
    ethovision_log,
    simba_csv,
    jabs_json,
    jaaba_scores,
    jaaba_labels,
    calms21_json,
    feral_json,
    elan,
    anvil,
    praat_textgrid,
    audacity,
    via3,
    cvat_xml,
    label_studio,
    labgym,
    vtrace,
    jwatcher,
    lmt,
    ava_csv,
)
"""All of them, in the order of their documentation."""
