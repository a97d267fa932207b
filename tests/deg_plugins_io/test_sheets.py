"""Spreadsheets as tables of text, and what is refused before it is unpacked."""

from __future__ import annotations

import re
import sys
import zipfile
from datetime import datetime, time

import pytest

import deg_plugins_io.sheets
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


WRITERS = {"openpyxl": "write_workbook", "xlrd": "write_old_workbook"}
"""What writes the spreadsheets that a library reads."""


@pytest.mark.parametrize(
    ("library", "length"),
    [*(("openpyxl", n) for n in (10, 100, 1000, -30)), *(("xlrd", n) for n in (10, 600, 2000))],
)
def test_a_sheet_that_was_cut_is_refused(request, library, length):
    path = request.getfixturevalue(WRITERS[library])({"one": [["a", "b"]]})
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(LabelError, match="not a spreadsheet that can be read"):
        read_sheets(path)


@pytest.mark.parametrize("library", WRITERS)
def test_without_its_library_it_is_said_what_is_missing(request, monkeypatch, library):
    path = request.getfixturevalue(WRITERS[library])({"one": [["a"]]})
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(LabelError, match=f"need {library}") as caught:
        read_sheets(path)
    assert f"pip install {library}" in caught.value.fix


def test_an_old_spreadsheet_is_read_as_a_new_one_of_the_same_cells(write_workbook, write_old_workbook):
    cells = {
        "one": [["a", 1.5, 2, None], [None], ["Größe", True, " x "]],
        "two": [[datetime(2020, 1, 2, 3, 4, 5), time(1, 2, 3)], [-0.5, 1e-7, 123456789012]],
    }
    old = write_old_workbook(cells)
    assert is_workbook(old)
    assert read_sheets(old) == read_sheets(write_workbook(cells))
    assert read_sheets(old)["two"][0] == ("2020-01-02 03:04:05", "01:02:03")


def test_errors_of_formulae_are_told_by_name(tmp_path):
    xlwt = pytest.importorskip("xlwt", reason="xlwt is not installed: pip install xlwt")
    book = xlwt.Workbook()
    book.add_sheet("one").row(0).set_cell_error(0, "#DIV/0!")
    book.save(tmp_path / "labels.xls")
    assert read_sheets(tmp_path / "labels.xls") == {"one": [("#DIV/0!",)]}


def test_cells_far_apart_are_not_taken_for_all_that_lie_between(write_old_workbook):
    far = [["x"], *([] for _ in range(65_534)), [*[None] * 255, 1]]
    first, *blank, last = read_sheets(write_old_workbook({"one": far}))["one"]
    assert first == ("x",)
    assert not any(blank)
    assert len(last) == 256


def test_what_is_not_there_is_no_spreadsheet(tmp_path):
    assert not is_workbook(tmp_path / "labels.xlsx")


def test_the_content_tells_what_a_spreadsheet_is_and_not_the_name(write_workbook):
    assert read_sheets(write_workbook({"one": [["a"]]}, "labels.xls")) == {"one": [("a",)]}


@pytest.mark.parametrize(
    ("limit", "most", "problem"),
    [
        ("_MOST_CELLS", 11, "it has more than 11 cells, 1,048,576 rows or 4,096 columns"),  # with one for each row
        ("_MOST_COLUMNS", 2, "it has more than 10,000,000 cells, 1,048,576 rows or 2 columns"),
        ("_MOST_ROWS", 1, "it has more than 10,000,000 cells, 1 rows or 4,096 columns"),
        ("_MOST_BYTES", 99, r"it would unpack to [\d,]+ bytes"),
    ],
)
def test_more_than_any_label_file_holds_is_refused(write_workbook, monkeypatch, limit, most, problem):
    path = write_workbook({"one": [[1, 2, 3], [4]], "two": [[5, 6], [7, 8]]})
    assert len(read_sheets(path)) == 2
    monkeypatch.setattr(deg_plugins_io.sheets, limit, most)
    with pytest.raises(LabelError, match=f"^not a spreadsheet that can be read: {problem}\n"):
        read_sheets(path)


def rewrite(path, name, change):
    """Change a part of a spreadsheet, as programs other than openpyxl would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    changed = change(parts[name].decode())
    assert changed != parts[name].decode()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry, changed if entry == name else content)


def test_of_a_formula_what_was_calculated_is_read(write_workbook):
    path = write_workbook({"one": [["=1+1"]]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda sheet: re.sub("<v ?/>|<v></v>", "<v>2</v>", sheet))
    assert read_sheets(path) == {"one": [("2",)]}


def test_cells_outside_of_what_a_sheet_claims_to_span_are_read(write_workbook):
    path = write_workbook({"one": [["a", "b"], ["c", "d"]]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace('ref="A1:B2"', 'ref="A1:A1"'))
    assert read_sheets(path) == {"one": [("a", "b"), ("c", "d")]}


def test_a_sheet_without_styles_is_read_without_a_word(write_workbook):
    path = write_workbook({"one": [["a"]]})
    rewrite(path, "xl/styles.xml", lambda styles: re.sub("<cellStyles.*</cellStyles>", "", styles))
    assert read_sheets(path) == {"one": [("a",)]}


def test_days_of_old_spreadsheets_are_counted_from_the_year_that_they_say(tmp_path):
    xlwt = pytest.importorskip("xlwt", reason="xlwt is not installed: pip install xlwt")
    book = xlwt.Workbook()
    book.dates_1904 = True
    book.add_sheet("one").write(0, 0, datetime(2020, 1, 2, 3, 4, 5), xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS"))
    book.save(tmp_path / "labels.xls")
    assert read_sheets(tmp_path / "labels.xls") == {"one": [("2020-01-02 03:04:05",)]}
