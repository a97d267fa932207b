"""Spreadsheets of OpenDocument, as LibreOffice writes them, and files that stand for more than any machine holds."""

from __future__ import annotations

import tracemalloc
import zipfile

import pytest

import deg_plugins_io.sheets
from deg_core.api import LabelError
from deg_plugins_io.sheets import is_workbook, read_sheets

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def document(*sheets: str) -> str:
    spaces = " ".join(f'xmlns:{short}="{long}"' for short, long in NAMES.items())
    inside = "".join(f'<table:table table:name="{at}">{sheet}</table:table>' for at, sheet in enumerate(sheets))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f"<office:spreadsheet>{inside}</office:spreadsheet></office:body></office:document-content>"
    )


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def text(said: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{said}</text:p></table:table-cell>'


def value(kind: str, name: str, said: str) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{said}">'
        "<text:p>as it is shown</text:p></table:table-cell>"
    )


def blanks(times: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}"/>'


@pytest.fixture
def write(tmp_path):
    def write(content: str):
        path = tmp_path / "labels.ods"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
            archive.writestr("content.xml", content)
        return path

    return write


def cells_of(path) -> list[tuple[str, ...]]:
    return read_sheets(path)["0"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (value("float", "value", "0.123456789012"), "0.123456789012"),
        (value("percentage", "value", "0.5"), "0.5"),
        (value("currency", "value", "3"), "3"),
        (value("float", "value", "3.0"), "3"),
        (value("float", "value", "1E-05"), "1E-05"),
        (value("boolean", "boolean-value", "true"), "True"),
        (value("date", "date-value", "2020-01-02"), "2020-01-02 00:00:00"),
        (value("date", "date-value", "2020-01-02T03:04:05"), "2020-01-02 03:04:05"),
        (value("date", "date-value", "2020-01-02T03:04:05.123456789"), "2020-01-02 03:04:05.123456"),
        (value("time", "time-value", "PT01H02M03S"), "01:02:03"),
        (value("time", "time-value", "PT25H02M03.500000000S"), "25:02:03.500000"),
        (value("time", "time-value", "PT01H02M03.000S"), "01:02:03"),
        (value("date", "date-value", "today"), "as it is shown"),
        (text("a<text:s/>b<text:s text:c='3'/>c<text:tab/>d"), "a b   c\td"),
        (text("<text:span>a</text:span> b &lt;c&gt; <text:a>d</text:a>"), "a b <c> d"),
        (text("one</text:p><text:p>two"), "one\ntwo"),
        (
            "<table:table-cell><office:annotation><dc:creator>me</dc:creator><text:p>a remark</text:p>"
            "</office:annotation><text:p>said</text:p></table:table-cell>",
            "said",
        ),
    ],
)
def test_a_cell_says_what_other_spreadsheets_say(write, cell, said):
    assert cells_of(write(document(row(cell, blanks(16383))))) == [(said,)]


def test_what_is_repeated_is_laid_out_as_far_as_something_follows(write):
    sheet = row(text("a"), blanks(2), text("b", 'table:number-columns-repeated="2"'), blanks(16379))
    last = row(blanks(1), "<table:covered-table-cell/>", text("c"))
    path = write(document(sheet + row(blanks(16384), times=3) + row(text("x"), times=2) + last + row(times=1_048_569)))
    assert is_workbook(path)
    assert cells_of(path) == [("a", "", "", "b", "b"), (), (), (), ("x",), ("x",), ("", "", "c")]


def test_every_sheet_is_there_also_without_a_row(write):
    assert read_sheets(write(document("", row(text("a")), row(blanks(3))))) == {"0": [], "1": [("a",)], "2": []}


@pytest.mark.parametrize(
    "sheet",
    [
        row(text("a", 'table:number-columns-repeated="2147483647"')),
        row(blanks(2_147_483_647), text("a")),
        row(text("a"), times=2_147_483_647),
        row(blanks(1), times=2_147_483_647) + row(text("a")),
        row(*[text("a", 'table:number-columns-repeated="4000"')] * 2, times=1000),
    ],
)
def test_what_stands_for_more_than_any_label_file_holds_is_refused(write, sheet, monkeypatch):
    monkeypatch.setattr(deg_plugins_io.sheets, "_MOST_CELLS", 100_000)
    tracemalloc.start()
    with pytest.raises(LabelError, match="it has more than 100,000 cells, 1,048,576 rows or 4,096 columns"):
        read_sheets(write(document(sheet)))
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


def test_elements_that_say_nothing_take_no_room(write):
    path = write(document("<a/>" * 200_000 + row(text("a"))))
    tracemalloc.start()
    assert cells_of(path) == [("a",)]
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (document(row(text("a")))[:-20], "ParseError"),
        (document(row(text("a", 'table:number-columns-repeated="many"'))), "ValueError"),
        (" " * 100_000_001, "it would unpack to 100,000,001 bytes"),
        ('<!DOCTYPE x [<!ENTITY a "' + "a" * 1000 + '">]><x>' + "&a;" * 200_000 + "</x>", "ParseError"),
    ],
)
def test_what_is_damaged_or_made_to_do_harm_is_refused(write, content, problem):
    with pytest.raises(LabelError, match=problem):
        read_sheets(write(content))
