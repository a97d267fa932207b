"""Text tables as people's programs write them: any of the usual encodings, separators and decimal marks."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

from deg_core.api import LabelError, OtherFormatError, writing_beside
from deg_plugins_io.encoding import read_text
from deg_plugins_io.sheets import is_workbook, read_sheets

SEPARATORS = (",", ";", "\t")
WORKBOOK = "\t"
"""The separator of what was no text; a comma within a cell may be a decimal mark."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        line: Where it ends in the file, from 1.
        cells: What it holds, without blanks at their ends.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header.

    Attributes:
        path: The file.
        separator: What stands between cells.
        header: Names of the columns.
        rows: Those below the header, each as wide as the header. Cells may all be blank, lines are not.
    """

    path: Path
    separator: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def where(self, row: Row) -> str:
        """The place of a row, for messages."""
        return f"{self.path}, line {row.line}"

    def number(self, row: Row, column: int) -> float:
        """A cell as a number.

        Raises:
            LabelError: It is none, or not finite.
        """
        cell = row.cells[column]
        # Programs write a decimal comma only where the comma does not separate cells.
        text = cell if self.separator == "," else cell.replace(",", ".")
        try:
            number = float(text) if "_" not in text else math.nan  # Python would read 1_5 as 15
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        raise LabelError(
            f"{self.header[column]} is {cell!r}, not a number", where=self.where(row), fix="correct the cell"
        )


def read_rows(text: str, separator: str, path: Path) -> list[Row]:
    """Every line that is not blank.

    Raises:
        LabelError: A quotation never ends.
    """
    return list(_iterate_rows(text, separator, path))


def _iterate_rows(text: str, separator: str, path: Path) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            row = tuple([cell.strip() for cell in cells])
            if row not in {(), ("",)}:
                yield Row(reader.line_num, row)
    except csv.Error as error:
        where = f"{path}, line {reader.line_num}"
        raise LabelError(f"not a table: {error}", where=where, fix="look for a stray quotation mark") from error


def read_table(path: Path, expect: Callable[[tuple[str, ...]], None] | None = None) -> Table:
    """Read a table whose first row is its header; the separator is told by that row alone.

    Args:
        path: A text file, or a spreadsheet, whose first sheet is read.
        expect: Called with the header before anything below it is read, to refuse what is some other table.

    Raises:
        LabelError: The file is no text, has no row, or a row is not as wide as the header.
    """
    if is_workbook(path):
        rows = workbook_rows(path)
        if expect is not None and rows:
            expect(rows[0].cells)
        return table_of(rows, WORKBOOK, path)
    text = read_text(path)
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    separator = separator_of(first)
    if expect is not None:
        head = next(iter(dropwhile(_is_blank, _iterate_rows(text, separator, path))), None)
        if head is not None:
            expect(head.cells)
    return table_of(list(dropwhile(_is_blank, read_rows(text, separator, path))), separator, path)


def separator_of(line: str) -> str:
    """What stands between the cells of a header."""
    # A single column leaves nothing to count; then any will do.
    return max(SEPARATORS, key=lambda each: _count_outside_quotes(line, each))


def workbook_rows(path: Path) -> list[Row]:
    """The rows of a spreadsheet's first sheet that are not blank, numbered as it numbers them."""
    sheets = read_sheets(path)
    cells = next(iter(sheets.values()), [])
    return [Row(number, row) for number, row in enumerate(cells, start=1) if any(row)]


def _is_blank(row: Row) -> bool:
    return not any(row.cells)


def _count_outside_quotes(line: str, separator: str) -> int:
    return sum(part.count(separator) for part in line.split('"')[::2])


def table_of(rows: Sequence[Row], separator: str, path: Path) -> Table:
    """A table from its rows, the header first; rows may have blank cells too many at their ends.

    Raises:
        LabelError: There is no row, or one is not as wide as the header.
    """
    if not rows:
        raise OtherFormatError("holds no table", where=str(path), fix="export the labels again")
    header = rows[0].cells
    return Table(path, separator, header, tuple(_fit(row, len(header), separator, path) for row in rows[1:]))


def _fit(row: Row, width: int, separator: str, path: Path) -> Row:
    if len(row.cells) == width:
        return row
    if len(row.cells) > width and not any(row.cells[width:]):
        return Row(row.line, row.cells[:width])
    if separator == WORKBOOK and len(row.cells) < width and is_workbook(path):
        return Row(row.line, (*row.cells, *[""] * (width - len(row.cells))))
    raise LabelError(
        f"{len(row.cells)} cells under a header of {width}",
        where=f"{path}, line {row.line}",
        fix="every row needs as many cells as the header; quote names that hold the separator",
    )


def write_table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]] | str, separator: str = ","
) -> None:
    """Write a table as UTF-8, beside and then renamed, so that there is never half a file; rows may be text already.

    Raises:
        LabelError: The file cannot be written.
    """
    with writing_beside(path, LabelError) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        writer.writerow(header)
        if isinstance(rows, str):
            file.write(rows)
        else:
            writer.writerows(rows)
