"""`boris-tsv`: tabular events of BORIS, in seconds, half-open; what is not mentioned is absent in the whole recording.

A state lasts from its START to its STOP, a POINT one frame. Modifiers tell states apart but are not kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline, find_runs
from deg_plugins_io.boris_sheet import Sheet, read_sheet
from deg_plugins_io.choice import choose, choose_recording
from deg_plugins_io.events import (
    Event,
    event_in_seconds,
    labels_of,
    notes_on_loss,
    require_timeline,
    seconds_text,
)
from deg_plugins_io.settings import BorisTsvSettings
from deg_plugins_io.text import Row, write_table

log = logging.getLogger(__name__)

_NOBODY = "No focal subject"
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
_LENGTH_SLACK = 0.01
"""Share by which the stated length of a video may differ from its frames': players count sound and cut digits."""


def read(path: Path, settings: BorisTsvSettings, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
    """See `ReadLabels`."""
    known = require_timeline(timeline, path)
    sheet = read_sheet(path)
    rows = _rows_about(sheet, settings, known)
    if rows:
        _require_this_recording(sheet, rows[0], settings, known)
    offset_s = _offset(sheet, rows, settings)
    timed = sorted(((_time(sheet, row) - offset_s, row) for row in rows), key=lambda each: each[0])
    return labels_of(_pair(sheet, timed, known), behaviours, known, path)


def _rows_about(sheet: Sheet, settings: BorisTsvSettings, timeline: Timeline) -> list[Row]:
    """The events of one observation and one subject, who must be chosen where there are several."""
    where = str(sheet.table.path)
    media = {sheet.cell(row, "observation"): sheet.media(row) for row in sheet.table.rows}
    observation = choose_recording(
        media, settings.observation, timeline.name, what="observation", setting="observation", where=where
    )
    rows = [row for row in sheet.table.rows if sheet.cell(row, "observation") == observation]
    subjects = [sheet.cell(row, "subject") or _NOBODY for row in rows]
    chosen = choose(subjects, settings.subject or None, what="subject", setting="subject", where=where)
    return [row for row, subject in zip(rows, subjects, strict=True) if subject == chosen]


def _require_this_recording(sheet: Sheet, row: Row, settings: BorisTsvSettings, timeline: Timeline) -> None:
    """Refuse an observation of several videos, or of one with another rate or length than the recording's."""
    where = f"{sheet.table.where(row)}, for {timeline.name}"
    media = sheet.media(row)
    if len(media) > 1:
        raise LabelError(
            f"the observation runs over {len(media)} videos: {', '.join(media)}",
            where=where,
            fix="label each video in an observation of its own, or cut the events apart in BORIS",
        )
    rate, length_s = _number_or_none(sheet.cell(row, "rate")), _number_or_none(sheet.cell(row, "length"))
    own_rate, own_length_s = timeline.frames_per_second, timeline.time_at(timeline.n_frames)
    if rate and abs(rate - own_rate) > settings.rate_tolerance * own_rate:
        raise LabelError(
            f"labelled at {rate:g} frames per second, the recording has {own_rate:g}",
            where=where,
            fix="check that the file belongs to this recording; if it does, raise `rate_tolerance`",
        )
    if length_s and abs(length_s - own_length_s) > max(1.0, _LENGTH_SLACK * own_length_s):
        raise LabelError(
            f"labelled on a video of {length_s:g} s, the recording has {own_length_s:.3f} s",
            where=where,
            fix="check that the file belongs to this recording and that neither was cut",
        )


def _number_or_none(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:  # NA, or nothing
        return None


def _offset(sheet: Sheet, rows: Sequence[Row], settings: BorisTsvSettings) -> float:
    if settings.time_offset_s is not None:
        return settings.time_offset_s
    for row in rows:
        stated = _number_or_none(sheet.cell(row, "offset"))
        if stated:
            raise LabelError(
                f"the observation has a time offset of {stated:g} s",
                where=sheet.table.where(row),
                fix="set `time_offset_s` to the seconds by which its times run ahead of the video's, 0 if they do not",
            )
    return 0.0


def _time(sheet: Sheet, row: Row) -> float:
    return sheet.table.number(row, sheet.columns["time"])


def _pair(sheet: Sheet, timed: Sequence[tuple[float, Row]], timeline: Timeline) -> Iterator[Event]:
    """Events of rows in order of time; a START that never stops lasts to the end, which is reported."""
    running: dict[tuple[str, ...], tuple[float, Row]] = {}
    for time_s, row in timed:
        behaviour, where = sheet.cell(row, "behaviour"), sheet.table.where(row)
        state = (behaviour, *sheet.modifiers(row))
        kind = sheet.cell(row, "kind").upper()
        if kind == "POINT":
            yield event_in_seconds(behaviour, time_s, time_s, timeline, where)
        elif kind == "START" and state not in running:
            running[state] = (time_s, row)
        elif kind == "STOP" and state in running:
            yield event_in_seconds(behaviour, running.pop(state)[0], time_s, timeline, where)
        else:
            raise _out_of_place(kind, behaviour, where)
    end_s = timeline.time_at(timeline.n_frames)
    for (behaviour, *_), (time_s, row) in running.items():
        log.warning("%s: %r starts and never stops; it lasts to the end", sheet.table.where(row), behaviour)
        yield event_in_seconds(behaviour, time_s, end_s, timeline, sheet.table.where(row))


def _out_of_place(kind: str, behaviour: str, where: str) -> LabelError:
    problems = {
        "START": f"{behaviour!r} starts again before it stops",
        "STOP": f"{behaviour!r} stops without having started",
    }
    problem = problems.get(kind, f"an event of kind {kind!r}, not START, STOP or POINT")
    return LabelError(problem, where=where, fix="correct the observation in BORIS (it can look for unpaired events)")


def write(path: Path, labels: Labels, settings: BorisTsvSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; the layout of BORIS 9. Frames that are not labelled become absent, which is said."""
    rate, length_s = timeline.frames_per_second, timeline.time_at(timeline.n_frames)
    subject = "" if settings.subject == _NOBODY else settings.subject or ""
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
    for behaviour, column in zip(labels.behaviours, labels.marks.T, strict=True):
        for start, stop in find_runs(column == 1).tolist():
            events.append((timeline.time_at(start), "START", behaviour, start))
            events.append((timeline.time_at(stop), "STOP", behaviour, stop))
    return sorted(events)
