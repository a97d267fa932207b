"""The two layouts of BORIS's tabular events, as one: a header row since version 8, a preamble above it before.

Other exports of BORIS are told apart by their columns and refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from deg_plugins_io.encoding import read_text
from deg_plugins_io.labels.reading import other_format
from deg_plugins_io.sheets import is_workbook
from deg_plugins_io.text import SEPARATORS, WORKBOOK, Row, Table, read_rows, separator_of, table_of, workbook_rows

_COLUMNS = {
    "observation": ("Observation id",),
    "offset": ("Time offset (s)",),
    "source": ("Source",),
    "length": ("Media duration (s)", "Total length"),
    "rate": ("FPS",),
    "subject": ("Subject",),
    "behaviour": ("Behavior",),
    "kind": ("Behavior type", "Status"),
    "time": ("Time",),
    "media": ("Media file name", "Media file path"),
}
_MOST_LINES_ABOVE = 1000
_PREAMBLE = {"observation": "Observation id", "offset": "Time offset (s)"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tabular events.

    Attributes:
        table: One row per event.
        columns: Where each thing stands; what a layout lacks is not among them.
        preamble: What an older layout says once, above the header.
        files: Videos that play one after another, by the preamble.
    """

    table: Table
    columns: dict[str, int]
    preamble: dict[str, str]
    files: tuple[str, ...]

    def cell(self, row: Row, what: str) -> str:
        """What a row says, or else the preamble; empty where neither does."""
        if what in self.columns:
            return row.cells[self.columns[what]]
        return self.preamble.get(what, "")

    def modifiers(self, row: Row) -> tuple[str, ...]:
        """Modifiers of an event, which tell apart states of one behaviour that overlap."""
        names = self.table.header
        return tuple(row.cells[at] for at, name in enumerate(names) if name.startswith("Modifier"))

    def media(self, row: Row) -> tuple[str, ...]:
        """Videos of the observation that play one after another."""
        source = self.cell(row, "source")
        first_player = re.match(r"player #1:([^|]*)", source)
        if first_player:
            return tuple(file for file in first_player[1].split(";") if file)
        return self.files or tuple(filter(None, [self.cell(row, "media")]))


def read_sheet(path: Path) -> Sheet:
    """Read tabular events.

    Raises:
        LabelError: The file is not BORIS's tabular events.
    """
    separator, rows = _all_rows(path)
    # What looks like the header may stand within a quotation.
    at = next((at for at, row in enumerate(rows) if _is_header(row.cells)), None)
    if at is None:
        is_aggregated = any({"Start (s)", "Stop (s)"} <= set(row.cells) for row in rows[:_MOST_LINES_ABOVE])
        problem = "these are BORIS's aggregated events" if is_aggregated else "no header of BORIS's tabular events"
        raise other_format(path, problem, "in BORIS, export the observation as tabular events")
    # Spreadsheets leave rows of blank cells behind.
    table = table_of([rows[at], *(row for row in rows[at + 1 :] if any(row.cells))], separator, path)
    return Sheet(table, _find_columns(table), _preamble_of(rows[:at]), _files_of(rows[:at]))


def _all_rows(path: Path) -> tuple[str, list[Row]]:
    if is_workbook(path):
        return WORKBOOK, workbook_rows(path)
    text = read_text(path)
    separator = _separator_of(text)
    if separator is None:  # no such header; but other tables of BORIS are refused by name
        head = "\n".join(text.splitlines()[:1])
        return WORKBOOK, read_rows(head, separator_of(head), path)
    return separator, read_rows(text, separator, path)


def _separator_of(text: str) -> str | None:
    """What stands between the cells of the header, which is looked for by its content; None where there is none."""
    for line in islice(text.splitlines(), _MOST_LINES_ABOVE):
        for separator in SEPARATORS:
            if _is_header([cell.strip(' "') for cell in line.split(separator)]):
                return separator
    return None


def _is_header(cells: Sequence[str]) -> bool:
    return {"Time", "Behavior"} <= set(cells) and not {"Behavior type", "Status"}.isdisjoint(cells)


def _find_columns(table: Table) -> dict[str, int]:
    found: dict[str, int] = {}
    for what, names in _COLUMNS.items():
        for name in names:
            if name in table.header:
                found.setdefault(what, table.header.index(name))
    return found


def _preamble_of(rows: list[Row]) -> dict[str, str]:
    said = {row.cells[0]: row.cells[1] for row in rows if len(row.cells) > 1}
    return {what: said[name] for what, name in _PREAMBLE.items() if name in said}


def _files_of(rows: list[Row]) -> tuple[str, ...]:
    """Videos of the first player in an older preamble: one on its own row, further ones on the rows below."""
    files: list[str] = []
    inside = False
    for row in rows:
        name, file = row.cells[0], row.cells[1] if len(row.cells) > 1 else ""
        inside = name == "Player #1" or (inside and not name)
        if inside and file:
            files.append(file)
    return tuple(files)
