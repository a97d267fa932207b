"""Cells as files of spreadsheets."""

from __future__ import annotations

import io
from typing import Any


def as_xlsx(rows: list[list[Any]]) -> bytes:
    """By openpyxl."""
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    for cells in rows:
        book.active.append(cells)
    book.save(file)
    return file.getvalue()


def as_xls(rows: list[list[Any]]) -> bytes:
    """By xlwt, as Office 97 to 2003 did."""
    from xlwt import Workbook

    book, file = Workbook(), io.BytesIO()
    sheet = book.add_sheet("clip")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(file)
    return file.getvalue()
