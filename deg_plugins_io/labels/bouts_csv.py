"""`bouts-csv`: a row per bout, `start_s, stop_s, behaviour[, subject]` or `start_frame, stop_frame, ...`.

Unless the settings say otherwise, frames count from 0 and stops are not inside the bout; silence means absent in the
whole recording. Column names of many programs are known, others are mapped; the unit is as the header or the settings
say, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import BoutsCsvSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, seconds_text
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


_OTHERS = ({"Behavior type", "Start (s)"}, {"labelId", "timestamp"})
"""Headers of tables that have a format of their own."""


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


def _parse(path: Path, settings: BoutsCsvSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    mapped = {str(what): name for what, name in settings.map.items()}
    table = read_table(path, lambda header: _require_columns(header, mapped, path))
    columns = _find_columns(table.header, mapped, path)
    unit = columns.unit if settings.unit == "auto" else settings.unit
    if unit is None:
        raise LabelError(
            "are these seconds or frames? the header does not say",
            where=f"{path}, header",
            fix="set `unit` to seconds or frames, or name the columns start_s, stop_s or start_frame, stop_frame",
        )
    for what in ("recording", "annotator", "subject"):
        if getattr(settings, what) is not None and getattr(columns, what) is None:
            raise LabelError(
                f"nothing in it tells {what}s apart",
                where=f"{path}, header",
                fix=f"take the setting `{what}` out, or map its column",
            )
    by_recording: dict[str, list[Mark]] = {}
    for row in table.rows:
        if any(row.cells):  # spreadsheets leave rows of blank cells behind
            recording = row.cells[columns.recording] if columns.recording is not None else ""
            by_recording.setdefault(recording, []).append(_mark(table, columns, row))
    scale = Scale("seconds" if unit == "seconds" else "frames", settings.first_frame, settings.stop_inside)
    observations = [Observation(marks, name, (name,)) for name, marks in by_recording.items()]
    return Coding(path=path, observations=observations, scale=scale, part="recording")


read = reader(_parse, "a program that lists bouts")


def _require_columns(header: tuple[str, ...], mapped: Mapping[str, str], path: Path) -> None:
    _find_columns(header, mapped, path)


def _find_columns(header: tuple[str, ...], mapped: Mapping[str, str], path: Path) -> _Columns:
    for what, name in mapped.items():
        if name not in header:
            fix = f"the columns are: {', '.join(header)}"
            raise LabelError(f"has no column {name!r} for {what}", where=f"{path}, header", fix=fix)
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in header]
    starts = _mapped_or(header, mapped, "start", [at for at, name in enumerate(plain) if _START.fullmatch(name)])
    stops = _mapped_or(header, mapped, "stop", [at for at, name in enumerate(plain) if _STOP.fullmatch(name)])
    found = {
        what: next(iter(_mapped_or(header, mapped, what, [plain.index(n) for n in names if n in plain])), None)
        for what, names in _NAMES.items()
    }
    behaviour = found.pop("behaviour")
    if any(other <= set(header) for other in _OTHERS) and not mapped:
        raise other_format(path, "a table that has a format of its own")
    if len(starts) != 1 or len(stops) != 1 or behaviour is None:
        raise other_format(
            path,
            "the header does not name one column each of start, stop and behaviour",
            f"begin the file with `start_s,stop_s,behaviour`, or map its columns; its header is: {', '.join(header)}",
        )
    units = {_unit_of(_START, plain[starts[0]]), _unit_of(_STOP, plain[stops[0]])} - {None}
    return _Columns(starts[0], stops[0], behaviour, units.pop() if len(units) == 1 else None, **found)


def _mapped_or(header: tuple[str, ...], mapped: Mapping[str, str], what: str, found: list[int]) -> list[int]:
    return [header.index(mapped[what])] if what in mapped else found


def _unit_of(pattern: re.Pattern[str], name: str) -> str | None:
    match = pattern.fullmatch(name)
    said = "".join(filter(None, match.groups())) if match else ""
    if not said:
        return None
    return "frames" if "frame" in said else "seconds"


def _mark(table: Table, columns: _Columns, row: Row) -> Mark:
    start, stop = table.number(row, columns.start), table.number(row, columns.stop)
    subject = row.cells[columns.subject] if columns.subject is not None else ""
    annotator = row.cells[columns.annotator] if columns.annotator is not None else ""
    return Mark(row.cells[columns.behaviour], start, stop, f"line {row.line}", subject, annotator)


def write(path: Path, labels: Labels, settings: BoutsCsvSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`. Frames that are not labelled become absent, which is said."""
    in_frames = settings.unit == "frames"
    header = ["start_frame" if in_frames else "start_s", "stop_frame" if in_frames else "stop_s", "behaviour"]
    extra = []
    for name in ("recording", "annotator", "subject"):
        value = getattr(settings, name)
        if value is not None:
            header.append(name)
            extra.append(value)
    rate, shift, inside = timeline.frames_per_second, settings.first_frame, int(settings.stop_inside and in_frames)
    rows = [
        (bout.start + shift, bout.stop + shift - inside, bout.behaviour, *extra)
        if in_frames
        else (seconds_text(bout.start_s, rate), seconds_text(bout.stop_s, rate), bout.behaviour, *extra)
        for bout in bouts_in(labels, timeline)
    ]
    write_table(path, header, rows)
    return notes_on_loss(labels)
