"""`bouts-csv`: a row per bout, `start_s, stop_s, behaviour[, subject]` or `start_frame, stop_frame, ...`.

Frames count from 0, stops are not inside the bout, silence means absent in the whole recording. Column names of many
programs are known; the unit is as the header or the settings say, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline, find_runs
from deg_plugins_io.choice import choose, choose_recording
from deg_plugins_io.events import (
    Event,
    event_in_frames,
    event_in_seconds,
    labels_of,
    notes_on_loss,
    require_timeline,
    seconds_text,
)
from deg_plugins_io.settings import BoutsCsvSettings
from deg_plugins_io.text import Row, Table, read_table, write_table

_UNIT = "(times?|s|secs?|seconds?|timesec|timeseconds|frames?)?"
_START = re.compile(f"(time|frame)?(?:start|from|begin|onset){_UNIT}")
_STOP = re.compile(f"(time|frame)?(?:stop|end|to|offset){_UNIT}")
_NAMES = {
    "behaviour": ("behaviour", "behavior", "type", "label", "class", "event", "action", "annotation", "name"),
    "subject": ("subject", "animal", "individual", "mouse", "identity"),
    "annotator": ("annotator", "experimenter", "observer", "rater", "scorer", "coder"),
    "recording": (
        "recording",
        "video",
        "videoname",
        "videofile",
        "media",
        "mediafilename",
        "imagename",
        "filename",
        "file",
    ),
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each thing stands in a table, and the unit that the header tells, if any."""

    start: int
    stop: int
    behaviour: int
    unit: str | None
    subject: int | None
    annotator: int | None
    recording: int | None


def read(path: Path, settings: BoutsCsvSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    """See `ReadLabels`."""
    known = require_timeline(timeline, path)
    table = read_table(path)
    columns = _find_columns(table)
    unit = columns.unit if settings.unit == "auto" else settings.unit
    if unit is None:
        raise LabelError(
            "are these seconds or frames? the header does not say",
            where=f"{path}, header",
            fix="set `unit` to seconds or frames, or name the columns start_s, stop_s or start_frame, stop_frame",
        )
    rows = _rows_about(table, columns, settings, known)
    return labels_of([_event(table, columns, row, unit, known) for row in rows], behaviours, known, path)


def _find_columns(table: Table) -> _Columns:
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in table.header]
    starts = [at for at, name in enumerate(plain) if _START.fullmatch(name)]
    stops = [at for at, name in enumerate(plain) if _STOP.fullmatch(name)]
    found = {what: next((plain.index(name) for name in names if name in plain), None) for what, names in _NAMES.items()}
    behaviour = found.pop("behaviour")
    if len(starts) != 1 or len(stops) != 1 or behaviour is None:
        raise LabelError(
            "the header does not name one column each of start, stop and behaviour",
            where=f"{table.path}, header",
            fix=f"begin the file with `start_s,stop_s,behaviour`; its header is: {', '.join(table.header)}",
        )
    units = {_unit_of(_START, plain[starts[0]]), _unit_of(_STOP, plain[stops[0]])} - {None}
    return _Columns(starts[0], stops[0], behaviour, units.pop() if len(units) == 1 else None, **found)


def _unit_of(pattern: re.Pattern[str], name: str) -> str | None:
    match = pattern.fullmatch(name)
    said = "".join(filter(None, match.groups())) if match else ""
    if not said:
        return None
    return "frames" if "frame" in said else "seconds"


def _rows_about(table: Table, columns: _Columns, settings: BoutsCsvSettings, timeline: Timeline) -> list[Row]:
    """The rows about one recording, animal and person, who must be chosen where there are several."""
    # Spreadsheets leave rows of blank cells behind.
    rows, where = [row for row in table.rows if any(row.cells)], str(table.path)
    if columns.recording is not None:
        media = {row.cells[columns.recording]: (row.cells[columns.recording],) for row in rows}
        chosen = choose_recording(
            media, settings.recording, timeline.name, what="recording", setting="recording", where=where
        )
        rows = [row for row in rows if row.cells[columns.recording] == chosen]
    sieves = (
        (columns.recording, settings.recording, "recording"),
        (columns.annotator, settings.annotator, "annotator"),
        (columns.subject, settings.subject, "subject"),
    )
    for column, wanted, what in sieves:
        if column is not None:
            names = [row.cells[column] for row in rows]
            chosen = choose(names, wanted, what=what, setting=what, where=where)
            rows = [row for row, name in zip(rows, names, strict=True) if name == chosen]
        elif wanted is not None:
            raise LabelError(
                f"no column tells the {what}s apart", where=f"{where}, header", fix=f"take the setting `{what}` out"
            )
    return rows


def _event(table: Table, columns: _Columns, row: Row, unit: str, timeline: Timeline) -> Event:
    behaviour = row.cells[columns.behaviour]
    if not behaviour:
        raise LabelError("a bout of no behaviour", where=table.where(row), fix="name the behaviour, or remove the row")
    start, stop = table.number(row, columns.start), table.number(row, columns.stop)
    if unit == "seconds":
        return event_in_seconds(behaviour, start, stop, timeline, table.where(row))
    if not (start.is_integer() and stop.is_integer()):
        raise LabelError(
            f"frames {start:g} to {stop:g} are not whole numbers",
            where=table.where(row),
            fix="if these are seconds, set `unit` to seconds; some programs write those below a header of frames",
        )
    return event_in_frames(behaviour, int(start), int(stop), timeline, table.where(row))


def write(path: Path, labels: Labels, settings: BoutsCsvSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`. Frames that are not labelled become absent, which is said."""
    suffix = "frame" if settings.unit == "frames" else "s"
    header = [f"start_{suffix}", f"stop_{suffix}", "behaviour"]
    extra = []
    for name in ("recording", "annotator", "subject"):
        value = getattr(settings, name)
        if value is not None:
            header.append(name)
            extra.append(value)
    write_table(path, header, ([*bout, *extra] for bout in _bouts(labels, settings.unit, timeline)))
    return notes_on_loss(labels)


def _bouts(labels: Labels, unit: str, timeline: Timeline) -> Iterator[tuple[str, str, str]]:
    """Bouts in order of time, as text."""
    spans = [
        (int(start), int(stop), behaviour)
        for behaviour, column in zip(labels.behaviours, labels.marks.T, strict=True)
        for start, stop in find_runs(column == 1)
    ]
    for start, stop, behaviour in sorted(spans):
        if unit == "frames":
            yield str(start), str(stop), behaviour
        else:
            rate = timeline.frames_per_second
            yield seconds_text(timeline.time_at(start), rate), seconds_text(timeline.time_at(stop), rate), behaviour
