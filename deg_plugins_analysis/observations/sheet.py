"""Tables of text as people keep them: comma, semicolon or tab, quoted or not."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

from deg_core.api import LabelError

_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a header.

    Attributes:
        path: The file.
        header: Names of the columns.
        rows: Cells below the header by column, without blanks at their ends; each with its line in the file, from 1.
    """

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]

    def where(self, line: int) -> str:
        """The place of a row, for messages."""
        return f"{self.path}, line {line}"

    def seconds(self, line: int, row: dict[str, str], column: str) -> float:
        """A cell as a finite number.

        Raises:
            LabelError: It is none.
        """
        try:
            number = float(row[column].replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise LabelError(
                f"{column} is {row[column]!r}, not a number",
                where=self.where(line),
                fix="correct the cell, remove the row, or leave its behaviour out with --ignore",
            )
        return number


def read_sheet(path: Path) -> Sheet:
    """Read a table.

    Raises:
        LabelError: It cannot be read, is empty, or a row is of another width than the header.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LabelError(f"cannot read: {error.strerror}", where=str(path), fix="mend the path") from error
    except UnicodeDecodeError as error:
        raise LabelError("not UTF-8 text", where=str(path), fix="save it as CSV in UTF-8") from error
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    lines = [(line, cells) for line, cells in lines if any(cells)]
    if len(lines) < 2:
        raise LabelError("a table without rows", where=str(path), fix="it needs a header and a row for each entry")
    header = tuple(lines[0][1])
    if len(set(header)) != len(header) or "" in header:
        raise LabelError("a column twice or without a name", where=f"{path}, header", fix="name each column once")
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            problem = f"{len(cells)} cells below a header of {len(header)}"
            raise LabelError(problem, where=f"{path}, line {line}", fix="correct the row")
    return Sheet(path, header, tuple((line, dict(zip(header, cells, strict=True))) for line, cells in lines[1:]))
