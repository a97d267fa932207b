"""`boris-tsv`: tabular events of BORIS, in seconds, half-open; what is not mentioned is absent in the whole recording.

A state lasts from its START to its STOP, a POINT one frame. Modifiers tell states apart but are not kept.
"""

from __future__ import annotations

from pathlib import Path

from deg_core.api import Labels, Timeline
from deg_plugins_io.labels.boris_sheet import Sheet, read_sheet
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import reader
from deg_plugins_io.labels.said import Event, Observation
from deg_plugins_io.labels.settings import BorisSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, seconds_text
from deg_plugins_io.text import Row, write_table

NOBODY = "No focal subject"
PROGRAM = "BORIS (it can look for unpaired events)"
_HEADER = (
    "Observation id",
    "Observation date",
    "Description",
    "Observation duration",
    "Observation type",
    "Source",
    "Time offset (s)",
    "Media duration (s)",
    "FPS",
    "Subject",
    "Behavior",
    "Behavioral category",
    "Behavior type",
    "Time",
    "Media file name",
    "Image index",
    "Image file path",
    "Comment",
)


def _parse(path: Path, settings: BorisSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    sheet = read_sheet(path)
    by_name: dict[str, list[Row]] = {}
    for row in sheet.table.rows:
        by_name.setdefault(sheet.cell(row, "observation"), []).append(row)
    observations = [_observation(sheet, name, rows) for name, rows in by_name.items()]
    return Coding(path=path, observations=observations, scale=Scale(resolution_s=0.001), nobody=NOBODY, program=PROGRAM)


read = reader(_parse, "BORIS")


def _observation(sheet: Sheet, name: str, rows: list[Row]) -> Observation:
    events = [
        Event(
            sheet.table.number(row, sheet.columns["time"]),
            sheet.cell(row, "kind").upper(),
            sheet.cell(row, "behaviour"),
            f"line {row.line}",
            sheet.cell(row, "subject"),
            modifiers=sheet.modifiers(row),
        )
        for row in rows
    ]
    return Observation(
        name=name,
        files=sheet.media(rows[0]),
        events=events,
        rate=_number_or_none(sheet.cell(rows[0], "rate")),
        length_s=_number_or_none(sheet.cell(rows[0], "length")),
        offset_s=_number_or_none(sheet.cell(rows[0], "offset")) or 0.0,
    )


def _number_or_none(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:  # NA, or nothing, or one for each of several videos
        return None


def write(path: Path, labels: Labels, settings: BorisSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; the layout of BORIS 9. Frames that are not labelled become absent, which is said."""
    rate, length_s = timeline.frames_per_second, timeline.time_at(timeline.n_frames)
    subject = "" if settings.subject == NOBODY else settings.subject or ""
    offset_s = settings.time_offset_s or 0.0
    before = [
        settings.observation or timeline.name,
        "",
        "",
        f"{length_s:.3f}",
        "Media file(s)",
        f"player #1:{timeline.name}",
        f"{offset_s:g}",
        f"{length_s:.3f}",
        f"{rate:.6g}",
        subject,
    ]
    rows = [
        [*before, behaviour, "", kind, seconds_text(time_s + offset_s, rate), timeline.name, frame, "NA", ""]
        for time_s, kind, behaviour, frame in _events(labels, timeline)
    ]
    write_table(path, _HEADER, rows, "," if path.suffix.lower() == ".csv" else "\t")
    return notes_on_loss(labels)


def _events(labels: Labels, timeline: Timeline) -> list[tuple[float, str, str, int]]:
    """Time in seconds, START or STOP, behaviour and frame of each event, in order of time."""
    events = []
    for bout in bouts_in(labels, timeline):
        events.append((bout.start_s, "START", bout.behaviour, bout.start))
        events.append((bout.stop_s, "STOP", bout.behaviour, bout.stop))
    return sorted(events)
