"""Cells as files of spreadsheets."""

from __future__ import annotations

import io
from html import escape
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


def as_ods(rows: list[list[Any]]) -> bytes:
    """By odfpy, as LibreOffice does."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, file, sheet = OpenDocumentSpreadsheet(), io.BytesIO(), Table(name="clip")
    book.spreadsheet.addElement(sheet)
    for cells in rows:
        row = TableRow()
        sheet.addElement(row)
        for cell in cells:
            said = {"valuetype": "string"} if isinstance(cell, str) else {"valuetype": "float", "value": f"{cell:.15g}"}
            made = TableCell(**said)
            made.addElement(P(text=str(cell)))
            row.addElement(made)
    book.write(file)
    return file.getvalue()


def as_html(rows: list[list[Any]]) -> bytes:
    """As BORIS does: a table, its first row the head."""
    shown = [[cell if isinstance(cell, str) else f"{cell:.15g}" for cell in cells] for cells in rows]
    head, *body = ["".join(f"<td>{escape(cell)}</td>" for cell in cells) for cells in shown]
    head = head.replace("td>", "th>")
    lines = "".join(f"<tr>{cells}</tr>\n" for cells in body)
    return f"<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{lines}</tbody>\n</table>".encode()
