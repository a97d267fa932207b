"""`observer`: the event log of Noldus The Observer XT, as text or a sheet; seconds, half-open, silence means absent.

Times are those of `Time_Relative_sf`; event logs of an observation are chosen as `annotator`.
"""

from __future__ import annotations

from pathlib import Path

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Event, Observation
from deg_plugins_io.labels.settings import ObservedSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.labels.writing import bouts_in, notes_on_loss, write_text
from deg_plugins_io.text import Row, Table, read_table

_TIME = "Time_Relative_sf"
_KINDS = {"state start": "START", "state stop": "STOP", "point": "POINT", "state point": "POINT"}


def _parse(path: Path, settings: ObservedSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    def require_header(header: tuple[str, ...]) -> None:
        if not {"Behavior", "Event_Type"} <= set(header):
            raise other_format(path, "has no columns Behavior and Event_Type")
        if _TIME not in header:
            fix = f"export it from The Observer with the column {_TIME}"
            raise LabelError(f"has no column {_TIME}", where=f"{path}, header", fix=fix)

    table = read_table(path, require_header)
    by_name: dict[str, list[Event]] = {}
    for row in table.rows:
        if any(row.cells):
            by_name.setdefault(_cell(table, row, "Observation"), []).append(_event(table, row))
    observations = [Observation(name=name, events=events) for name, events in by_name.items()]
    scale = Scale(resolution_s=0.001)
    return Coding(path=path, observations=observations, scale=scale, program="The Observer")


read = reader(_parse, "The Observer")


def _cell(table: Table, row: Row, name: str) -> str:
    return row.cells[table.header.index(name)] if name in table.header else ""


def _event(table: Table, row: Row) -> Event:
    modifiers = [cell for name, cell in zip(table.header, row.cells, strict=True) if name.startswith("Modifier")]
    kind = _cell(table, row, "Event_Type")
    return Event(
        table.number(row, table.header.index(_TIME)),
        _KINDS.get(kind.lower(), kind),
        _cell(table, row, "Behavior"),
        f"line {row.line}",
        _cell(table, row, "Subject"),
        _cell(table, row, "Event_Log"),
        tuple(modifiers),
    )


_HEADER = ("Time_Relative_hms", _TIME, "Duration_sf", "Observation", "Event_Log", "Subject", "Behavior", "Event_Type")


def write(path: Path, labels: Labels, settings: ObservedSettings, timeline: Timeline) -> tuple[str, ...]:
    """See `WriteLabels`; UTF-16 with decimal commas, as The Observer does. What is not labelled becomes absent."""
    offset_s = settings.time_offset_s or 0.0
    about = [settings.observation or timeline.name, settings.annotator or "Event log 1", settings.subject or ""]
    events = []
    for at, bout in enumerate(bouts_in(labels, timeline)):
        # A stop comes before the start of what follows at the same time.
        events.append((bout.start_s, 1, at, bout.behaviour, bout.stop_s - bout.start_s))
        events.append((bout.stop_s, 0, at, bout.behaviour, 0.0))
    rows = [
        [
            _clock(time_s + offset_s),
            _seconds(time_s + offset_s),
            _seconds(length_s),
            *about,
            name,
            "State start" if is_start else "State stop",
            "",
        ]
        for time_s, is_start, _, name, length_s in sorted(events)
    ]
    lines = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [[*_HEADER, "Comment"], *rows]]
    write_text(path, "\ufeff" + "\r\n".join(lines) + "\r\n", "utf-16-le")
    return notes_on_loss(labels)


def _seconds(time_s: float) -> str:
    return f"{time_s:.9f}".rstrip("0").ljust(len(f"{time_s:.3f}"), "0").replace(".", ",")


def _clock(time_s: float) -> str:
    whole = int(time_s)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
