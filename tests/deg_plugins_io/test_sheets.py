"""Spreadsheets as tables of text, and what is refused before it is unpacked."""

from __future__ import annotations

import sys
import zipfile

import pytest

from deg_core.api import LabelError
from deg_plugins_io.sheets import is_workbook, read_sheets
from deg_plugins_io.text import read_table


def test_every_sheet_is_read_as_text(write_workbook):
    path = write_workbook({"one": [["a", 1.5, None], [None], ["Größe", True]], "two": [[" x "]]})
    assert is_workbook(path)
    assert read_sheets(path) == {"one": [("a", "1.5"), (), ("Größe", "True")], "two": [("x",)]}


def test_rows_of_a_sheet_may_be_shorter_than_its_header(write_workbook):
    table = read_table(write_workbook({"one": [[None], ["start", "stop", "note"], [1, 2.5], [3, 4, "x"]]}))
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("1", "2.5", "")), (4, ("3", "4", "x"))]


def test_what_would_unpack_to_far_more_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(50_000_000))
    with pytest.raises(LabelError, match=r"would unpack to 50,000,000 bytes"):
        read_sheets(path)


@pytest.mark.parametrize("length", [10, 100, 1000, -30])
def test_a_sheet_that_was_cut_is_refused(write_workbook, length):
    path = write_workbook({"one": [["a", "b"]]})
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(LabelError, match="not a spreadsheet that can be read"):
        read_sheets(path)


def test_without_openpyxl_it_is_said_what_is_missing(write_workbook, monkeypatch):
    path = write_workbook({"one": [["a"]]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(LabelError, match="need openpyxl") as caught:
        read_sheets(path)
    assert "pip install openpyxl" in caught.value.fix
