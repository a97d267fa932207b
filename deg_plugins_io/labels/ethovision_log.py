"""`ethovision-log`: Noldus EthoVision's manual scoring log, the last sheet of a workbook; seconds, half-open."""

from __future__ import annotations

from pathlib import Path

from deg_core.api import Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Event, Observation
from deg_plugins_io.labels.settings import CodingSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.sheets import is_workbook, read_sheets
from deg_plugins_io.text import WORKBOOK, Row, read_table, table_of

_COLUMNS = {"Recording time", "Behavior", "Event"}
_KINDS = {"state start": "START", "state stop": "STOP", "point event": "POINT"}


def _parse(path: Path, settings: CodingSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    def require_header(header: tuple[str, ...]) -> None:
        if not set(header) >= _COLUMNS:
            raise other_format(path, "has no columns Recording time, Behavior and Event")

    if is_workbook(path):
        cells = [*read_sheets(path).values()][-1]
        rows = [Row(number, row) for number, row in enumerate(cells, start=1) if any(row)]
        at = next((at for at, row in enumerate(rows) if set(row.cells) >= _COLUMNS), None)
        if at is None:
            raise other_format(path, "its last sheet has no columns Recording time, Behavior and Event")
        table = table_of(rows[at:], WORKBOOK, path)
    else:
        table = read_table(path, require_header)
    time, behaviour, kind = (table.header.index(name) for name in ("Recording time", "Behavior", "Event"))
    events = [
        Event(
            table.number(row, time),
            _KINDS.get(row.cells[kind].lower(), row.cells[kind]),
            row.cells[behaviour],
            f"row {row.line}",
        )
        for row in table.rows
        if row.cells[behaviour]
    ]
    observation = Observation(events=events)
    return Coding(path=path, observations=[observation], scale=Scale(resolution_s=0.001), program="EthoVision")


read = reader(_parse, "EthoVision")
