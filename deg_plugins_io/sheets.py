"""Spreadsheets as tables of text."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deg_core.api import LabelError

MAGIC = b"PK\x03\x04"
_MOST_BYTES = 2_000_000_000
_MOST_UNPACKED = 100
"""Bytes to which one byte of a file may unpack; cells of numbers come to some ten, an empty book to five."""
_MOST_CELLS = 10_000_000
"""A third of a gigabyte as texts; EthoVision's track of ten hours has eight million."""
_MOST_COLUMNS = 4096


def is_workbook(path: Path) -> bool:
    """Whether a file is a zip, as xlsx files are; one that cannot be read is none."""
    try:
        with path.open("rb") as file:
            return file.read(4) == MAGIC
    except OSError:
        return False


def read_sheets(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """The cells of every sheet by its name, as text; rows are as long as they are.

    Raises:
        LabelError: It is no spreadsheet, unpacks to more than any label file holds, or openpyxl is not installed.
    """
    _require_modest(path)
    with _workbook(path) as book:
        budget = [_MOST_CELLS]
        return {sheet.title: _rows_of(sheet, path, budget) for sheet in book.worksheets}


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise LabelError(
            "spreadsheets need openpyxl, which is not installed",
            where=str(path),
            fix="pip install openpyxl, or save the sheet as csv",
        ) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and the like, which labels do not have
        try:
            # Links to other files and formulae are not followed: what was calculated last is read.
            with path.open("rb") as file:  # by a path it would refuse names that do not end in xlsx
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
                try:
                    yield book
                finally:
                    book.close()
        except LabelError:
            raise
        except Exception as error:  # openpyxl ends in any kind of error on a damaged file
            said = f"{type(error).__name__}: {str(error)[:100]}"
            raise _no_sheet(path, said) from error


def _require_modest(path: Path) -> None:
    """Refuse what unpacks to more than any label file holds, before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            n_bytes = sum(entry.file_size for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _no_sheet(path, str(error)) from error
    if n_bytes > _MOST_BYTES or n_bytes > _MOST_UNPACKED * path.stat().st_size:
        raise _no_sheet(path, f"it would unpack to {n_bytes:,} bytes")


def _rows_of(sheet: Any, path: Path, budget: list[int]) -> list[tuple[str, ...]]:
    sheet.reset_dimensions()  # they may claim anything
    rows = []
    for cells in sheet.iter_rows(values_only=True):
        budget[0] -= len(cells) + 1
        if budget[0] < 0 or len(cells) > _MOST_COLUMNS:
            raise _no_sheet(path, f"it has more than {_MOST_CELLS:,} cells or {_MOST_COLUMNS:,} columns")
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        rows.append(tuple(texts))
    return rows


def _no_sheet(path: Path, said: str) -> LabelError:
    return LabelError(
        f"not a spreadsheet that can be read: {said}", where=str(path), fix="save it again as xlsx or csv"
    )
