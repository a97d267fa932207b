"""`boris-aggregated`: BORIS's aggregated events, a bout per row; seconds, half-open, silence means absent.

The header row may be missing, and the column of descriptions too, as older versions wrote it. Times run over all videos
of an observation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from deg_core.api import Labels, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.boris_tsv import NOBODY
from deg_plugins_io.labels.choice import is_file_of
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import BorisSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, seconds_text
from deg_plugins_io.sheets import is_workbook
from deg_plugins_io.text import WORKBOOK, Row, read_rows, separator_of, table_of, workbook_rows, write_table

_KINDS = {"STATE", "POINT"}
_NAMES = {
    "observation": ("Observation id",),
    "media": ("Media file name", "Media file"),
    "length": ("Media duration (s)", "Total length"),
    "rate": ("FPS (frame/s)", "FPS"),
    "offset": ("Time offset (s)",),
    "subject": ("Subject",),
    "behaviour": ("Behavior",),
    "modifiers": ("Modifiers",),
    "kind": ("Behavior type",),
    "start": ("Start (s)",),
    "stop": ("Stop (s)",),
}


def _parse(path: Path, settings: BorisSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    separator, rows = _rows(path)
    columns, rows = _columns(rows, path)
    table = table_of(rows, separator, path) if rows else None
    by_name: dict[str, list[Row]] = {}
    for row in [] if table is None else [Row(rows[0].line, rows[0].cells), *table.rows]:
        by_name.setdefault(row.cells[columns["observation"]], []).append(row)
    observations = [_observation(name, each, columns, timeline) for name, each in by_name.items()]
    return Coding(path=path, observations=observations, scale=Scale(resolution_s=0.001), nobody=NOBODY)


read = reader(_parse, "BORIS")


def _rows(path: Path) -> tuple[str, list[Row]]:
    if is_workbook(path):
        return WORKBOOK, workbook_rows(path)
    text = read_text(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = separator_of(first)
    head = read_rows("\n".join(text.splitlines()[:1]), separator, path)
    if not any(_KINDS & set(row.cells) or "Start (s)" in row.cells for row in head):
        raise other_format(path, "these are not BORIS's aggregated events")
    return separator, read_rows(text, separator, path)


def _columns(rows: Sequence[Row], path: Path) -> tuple[dict[str, int], list[Row]]:
    """Where each thing stands, and the rows below the header."""
    first = rows[0].cells if rows else ()
    if {"Start (s)", "Stop (s)", "Behavior", "Behavior type", "Observation id"} <= set(first):
        found = {what: next((first.index(n) for n in names if n in first), -1) for what, names in _NAMES.items()}
        return {what: at for what, at in found.items() if at >= 0}, list(rows[1:])
    kind = next((at for at, cell in enumerate(first) if cell in _KINDS and at >= 6), None)
    if kind is None or not all(_is_number(cell) for cell in first[kind + 1 : kind + 3]):
        raise other_format(path, "these are not BORIS's aggregated events")
    media = 2 if _is_number(first[3]) else 3
    about = {"observation": 0, "media": media, "length": media + 1, "rate": media + 2}
    what = {"subject": -4, "behaviour": -3, "modifiers": -1, "kind": 0, "start": 1, "stop": 2}
    return {**about, **{name: kind + shift for name, shift in what.items()}}, list(rows)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+([.,]\d+)?", cell) is not None


def _observation(name: str, rows: Sequence[Row], columns: dict[str, int], timeline: Timeline | None) -> Observation:
    def number(row: Row, what: str) -> float | None:
        cell = row.cells[columns[what]] if what in columns else ""
        return float(cell.replace(",", ".")) if _is_number(cell) else None

    marks = [_mark(row, columns) for row in rows]
    # Videos in the order in which they play: what happens in one has a later time than what happens in those before.
    at = columns.get("media")
    timed = sorted((mark.start, row.cells[at]) for mark, row in zip(marks, rows, strict=True) if at is not None)
    files = tuple(dict.fromkeys(file for _, file in timed if file and file not in {"LIVE", "NA"}))
    length_s = number(rows[0], "length")
    return Observation(
        marks=marks,
        name=name,
        files=files,
        lengths_s=_lengths_of_two(files, length_s, timeline),
        rate=number(rows[0], "rate"),
        length_s=length_s if files else None,
        offset_s=number(rows[0], "offset") or 0.0,
    )


def _lengths_of_two(files: tuple[str, ...], total_s: float | None, timeline: Timeline | None) -> tuple[float, ...]:
    """Lengths of two videos, of which the recording is one: the file states their sum alone."""
    if len(files) != 2 or total_s is None or timeline is None:
        return ()
    own_s = timeline.time_at(timeline.n_frames)
    return (own_s, total_s - own_s) if is_file_of(files[0], timeline.name) else (total_s - own_s, own_s)


def _mark(row: Row, columns: dict[str, int]) -> Mark:
    cells = row.cells
    start_s, stop_s = (float(cells[columns[what]].replace(",", ".")) for what in ("start", "stop"))
    modifiers = cells[columns["modifiers"]] if "modifiers" in columns else ""
    return Mark(
        cells[columns["behaviour"]],
        start_s,
        stop_s,
        f"line {row.line}",
        cells[columns["subject"]].removesuffix(NOBODY),
        modifiers=tuple(word.strip() for word in modifiers.split("|")) if modifiers else (),
        is_point=cells[columns["kind"]] == "POINT",
    )


_HEADER = (
    "Observation id",
    "Observation date",
    "Description",
    "Observation type",
    "Source",
    "Time offset (s)",
    "Media duration (s)",
    "FPS (frame/s)",
    "Subject",
    "Behavior",
    "Behavioral category",
    "Modifiers",
    "Behavior type",
    "Start (s)",
    "Stop (s)",
    "Duration (s)",
    "Media file name",
    "Comment start",
    "Comment stop",
)


def write(path: Path, labels: Labels, settings: BorisSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`. Frames that are not labelled become absent, which is said."""
    rate, offset_s, media = timeline.frames_per_second, settings.time_offset_s or 0.0, timeline.name
    before = [settings.observation or media, "", "", "Media file(s)", f"player #1:{media}", f"{offset_s:g}"]
    before += [f"{timeline.time_at(timeline.n_frames):.3f}", f"{rate:.6g}", settings.subject or NOBODY]
    rows = []
    for bout in bouts_in(labels, timeline):
        times_s = (bout.start_s + offset_s, bout.stop_s + offset_s, bout.stop_s - bout.start_s)
        texts = [seconds_text(each, rate) for each in times_s]
        rows.append([*before, bout.behaviour, "", "", "STATE", *texts, media, "", ""])
    write_table(path, _HEADER, rows, "," if path.suffix.lower() == ".csv" else "\t")
    return notes_on_loss(labels)
