"""Reads OpenDocument spreadsheets (.ods) row by row, since one cell in them may stand for billions.

Libraries lay out all cells before anybody can refuse them: by python-calamine 0.9 a file of 771 bytes ends the process.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import repeat
from pathlib import Path
from xml.etree.ElementTree import XMLParser

_CONTENT = "content.xml"
_MOST_BYTES = 100_000_000
"""A million cells; twelve hours of BORIS's events have a quarter of that."""
_BLOCK_BYTES = 1 << 16
_MOST_BLANKS = 1000
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_PARAGRAPH, _REMARK = f"{_TEXT}p", f"{_OFFICE}annotation"
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_DAY = re.compile(r"(\d+-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:[.,](\d+))?)?")
_LASTING = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S")

Row = tuple[str, ...]


def is_open_document(path: Path) -> bool:
    """Whether a zip holds what a spreadsheet of OpenDocument does."""
    with zipfile.ZipFile(path) as archive:
        return _CONTENT in archive.namelist()


def open_document_rows(path: Path, most_columns: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """The sheets, a piece after the other: their names, each with rows that follow, as long as they are.

    Args:
        path: The file.
        most_columns: Cells of a row after which no further ones are laid out.

    Yields:
        The name of a sheet and some of its rows, which come in order; no blank ones at its end.

    Raises:
        ValueError, KeyError, zipfile.BadZipFile or ParseError: It is damaged, or holds too much.
    """
    with zipfile.ZipFile(path) as archive:
        n_bytes = archive.getinfo(_CONTENT).file_size
        if n_bytes > _MOST_BYTES:
            raise ValueError(f"it would unpack to {n_bytes:,} bytes")
        reading = _Reading(most_columns)
        parser = XMLParser(target=reading)
        with archive.open(_CONTENT) as content:
            while block := content.read(_BLOCK_BYTES):
                parser.feed(block)
                yield from reading.take()
        parser.close()


class _Reading:
    """What the parser of XML tells of, without a tree, whose elements would take far more room than their text."""

    def __init__(self, most_columns: int) -> None:
        self._most_columns = most_columns
        self._pieces: list[tuple[str, Iterator[Row]]] = []
        self._name = ""
        self._row: list[str] = []
        self._n_times = self._n_blank_rows = self._n_blank_cells = self._n_remarks = 0
        self._cell: Mapping[str, str] = {}
        self._words: list[str] = []
        self._is_said = False

    def take(self) -> list[tuple[str, Iterator[Row]]]:
        """What came since this was last asked."""
        taken, self._pieces = self._pieces, []
        return taken

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if tag == f"{_TABLE}table":
            self._name, self._n_blank_rows = attributes.get(f"{_TABLE}name", ""), 0
            self._pieces.append((self._name, iter(())))
        elif tag == f"{_TABLE}table-row":
            self._row, self._n_blank_cells = [], 0
            self._n_times = int(attributes.get(f"{_TABLE}number-rows-repeated", 1))
        elif tag in _CELLS:
            self._cell, self._words = attributes, []
        elif tag == _REMARK:
            self._n_remarks += 1
        elif tag == _PARAGRAPH:
            self._is_said = not self._n_remarks
        elif tag in _BLANKS and self._is_said:
            n_blanks = int(attributes.get(f"{_TEXT}c", 1))
            self._words.append(_BLANKS[tag] * min(n_blanks, _MOST_BLANKS))

    def data(self, text: str) -> None:
        """Text, or a part of it."""
        if self._is_said:
            self._words.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == _REMARK:
            self._n_remarks -= 1
        elif tag == _PARAGRAPH and self._is_said:
            self._words.append("\n")
            self._is_said = False
        elif tag in _CELLS:
            self._end_cell(_value(self._cell) or "".join(self._words).strip())
        elif tag == f"{_TABLE}table-row":
            self._end_row(tuple(self._row))

    def _end_cell(self, text: str) -> None:
        n_times = int(self._cell.get(f"{_TABLE}number-columns-repeated", 1))
        if text:
            for each, n in (("", self._n_blank_cells), (text, n_times)):
                self._row += repeat(each, min(n, self._most_columns + 1 - len(self._row)))
        self._n_blank_cells = 0 if text else self._n_blank_cells + n_times

    def _end_row(self, row: Row) -> None:
        if row:
            self._pieces += [(self._name, repeat((), self._n_blank_rows)), (self._name, repeat(row, self._n_times))]
        self._n_blank_rows = 0 if row else self._n_blank_rows + self._n_times


def _value(cell: Mapping[str, str]) -> str:
    """What it says beside its text: numbers with all of their digits, days and times as other spreadsheets are read."""
    kind = cell.get(f"{_OFFICE}value-type", "string")
    if kind == "date" and (found := _DAY.fullmatch(cell.get(f"{_OFFICE}date-value", ""))):
        return f"{found[1]} {found[2] or '00:00:00'}{_micro(found[3])}"
    if kind == "time" and (found := _LASTING.fullmatch(cell.get(f"{_OFFICE}time-value", ""))):
        return ":".join(f"{int(each):02}" for each in found.groups()[:3]) + _micro(found[4])
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "").capitalize()
    number = cell.get(f"{_OFFICE}value", "")
    return str(int(float(number))) if number and float(number).is_integer() else number  # some write 5.0


def _micro(digits: str | None) -> str:
    return f".{digits[:6]:0<6}" if digits and int(digits) else ""
