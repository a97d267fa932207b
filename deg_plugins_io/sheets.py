"""Spreadsheets as tables of text: xlsx, xls of Office 97 to 2003, ods, and tables of HTML."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deg_core.api import LabelError
from deg_plugins_io.encoding import read_text
from deg_plugins_io.html_table import html_rows, is_html
from deg_plugins_io.open_document import is_open_document, open_document_rows

_ZIP, _COMPOUND = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
"""How xlsx and xls files begin."""
_HEAD_BYTES = 1024
_MOST_BYTES = 2_000_000_000
_MOST_UNPACKED = 100
"""Bytes to which one byte of a file may unpack; cells of numbers come to some ten, an empty book to five."""
_MOST_CELLS = 10_000_000
"""A third of a gigabyte as texts; EthoVision's track of ten hours has eight million."""
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 4096


def is_workbook(path: Path) -> bool:
    """Whether a file is a zip, as xlsx and ods are, a compound file, as xls is, or a page; of none can less be told."""
    return _begins_with(path, _ZIP) or _begins_with(path, _COMPOUND) or _is_page(path)


def read_sheets(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """The cells of every sheet by its name, as text; rows are as long as they are.

    Raises:
        LabelError: It is no spreadsheet, unpacks to more than any label file holds, or what reads it is not installed.
    """
    budget = [_MOST_CELLS]
    if _begins_with(path, _COMPOUND):
        with _old_workbook(path) as book:
            return {sheet.name: _texts(_old_rows(sheet, book.datemode), path, budget) for sheet in book.sheets()}
    if _is_page(path):
        return {"": _texts(html_rows(read_text(path), _MOST_COLUMNS), path, budget)}
    with _any_error_refused(path):
        if is_open_document(path):
            return _gathered(open_document_rows(path, _MOST_COLUMNS), path, budget)
    _require_modest(path)
    with _workbook(path) as book:
        return {sheet.title: _texts(_rows(sheet), path, budget) for sheet in book.worksheets}


def _begins_with(path: Path, magic: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(magic)) == magic
    except OSError:
        return False


def _is_page(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return is_html(head.replace(b"\0", b"").decode("ascii", "ignore"))  # whatever its encoding


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise _missing("spreadsheets", "openpyxl", path) from None
    # Links to other files and formulae are not followed: what was calculated last is read.
    with _any_error_refused(path), path.open("rb") as file:  # by a path it would refuse names that do not end in xlsx
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _old_workbook(path: Path) -> Iterator[Any]:
    try:
        import xlrd
    except ImportError:
        raise _missing("spreadsheets of Office 97 to 2003", "xlrd", path) from None
    # Rows as long as they are: a number that came to harm may claim a column far off, of 65,536 rows.
    options = {"logfile": io.StringIO(), "on_demand": True, "ragged_rows": True}
    with _any_error_refused(path), xlrd.open_workbook(path, **options) as book:
        yield book


@contextmanager
def _any_error_refused(path: Path) -> Iterator[None]:
    """Both libraries end in any kind of error on a damaged file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and the like, which labels do not have
        try:
            yield
        except LabelError:
            raise
        except Exception as error:
            raise _no_sheet(path, f"{type(error).__name__}: {str(error)[:100]}") from error


def _require_modest(path: Path) -> None:
    """Refuse what unpacks to more than any label file holds, before it is unpacked."""
    with _any_error_refused(path), zipfile.ZipFile(path) as archive:
        n_bytes = sum(entry.file_size for entry in archive.infolist())
    if n_bytes > _MOST_BYTES or n_bytes > _MOST_UNPACKED * path.stat().st_size:
        raise _no_sheet(path, f"it would unpack to {n_bytes:,} bytes")


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # they may claim anything
    yield from sheet.iter_rows(values_only=True)


def _old_rows(sheet: Any, datemode: int) -> Iterator[Sequence[Any]]:
    for index in range(sheet.nrows):
        yield [_old_value(cell, datemode) for cell in sheet.row(index)]


def _old_value(cell: Any, datemode: int) -> Any:
    """What openpyxl would give: all numbers of xls are floats, and dates are numbers."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return int(cell.value) if cell.value.is_integer() else cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        when = xlrd.xldate_as_datetime(cell.value, datemode)
        return when.time() if cell.value < 1 else when
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[cell.value]
    return cell.value


def _texts(rows: Iterable[Sequence[Any]], path: Path, budget: list[int]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for cells in rows:
        budget[0] -= len(cells) + 1
        if budget[0] < 0 or len(cells) > _MOST_COLUMNS or len(found) >= _MOST_ROWS:
            most = f"{_MOST_CELLS:,} cells, {_MOST_ROWS:,} rows or {_MOST_COLUMNS:,} columns"
            raise _no_sheet(path, f"it has more than {most}")
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        found.append(tuple(texts))
    return found


def _gathered(
    pieces: Iterable[tuple[str, Iterable[Sequence[str]]]], path: Path, budget: list[int]
) -> dict[str, list[tuple[str, ...]]]:
    sheets: dict[str, list[tuple[str, ...]]] = {}
    for name, rows in pieces:
        sheets.setdefault(name, []).extend(_texts(rows, path, budget))
    return sheets


def _missing(what: str, library: str, path: Path) -> LabelError:
    return LabelError(
        f"{what} need {library}, which is not installed",
        where=str(path),
        fix=f"pip install {library}, or save the sheet as csv",
    )


def _no_sheet(path: Path, said: str) -> LabelError:
    return LabelError(
        f"not a spreadsheet that can be read: {said}", where=str(path), fix="save it again as xlsx or csv"
    )
