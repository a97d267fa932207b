"""Tables of HTML: BORIS's, and those that programs write under the name of a spreadsheet."""

from __future__ import annotations

import pytest

from deg_plugins_io.html_table import html_rows, is_html
from deg_plugins_io.sheets import is_workbook, read_sheets


def rows(text: str, most_columns: int = 10) -> list[tuple[str, ...]]:
    return list(html_rows(text, most_columns))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<table>", True),
        ("\n <TABLE border=1>", True),
        ("<!DOCTYPE html>\n<html lang='en'>", True),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', True),
        ("<tables>", False),
        ("<annotation>", False),
        ('<?xml version="1.0"?><annotations>', False),
        ("start,stop\n<table>", False),
        ("", False),
    ],
)
def test_a_page_is_told_by_how_it_begins(text, told):
    assert is_html(text) == told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td></tr></table>", [("a", "b"), ("1", "")]),
        ("<TABLE><TR><TD>a<TD>b<TR><TD>1<TD>2</TABLE>", [("a", "b"), ("1", "2")]),
        ("<table><tr><td align='right'> R&amp;D &lt;x&gt;\n &eacute;&nbsp;</td></tr>", [("R&D <x> é",)]),
        ("<tr><td>a<br>b<br/>c <b>d</b><i>e</i></td></tr>", [("a b c de",)]),
        ("<tr><td colspan=2>a</td><td colspan='0'>b</td></tr>", [("a", "a", "b")]),
        ("<tr><td>a</td></tr><!-- <tr><td>no</td></tr> --><tr><td>b</td></tr>", [("a",), ("b",)]),
        ("<html><head><title>no</title><style>td {}</style></head><tr><td>a", [("a",)]),
        ("<tr><td>3 < 4</td></tr>", [("3 < 4",)]),
        ("<tr></tr><tr><td>a</td></tr>", [("a",)]),
        ("<tr><td>a</td></tr><!-- <tr><td>never closed", [("a",)]),
        ("no table", []),
    ],
)
def test_rows_are_read_as_a_browser_shows_them(text, expected):
    assert rows(text) == expected


def test_columns_are_laid_out_as_far_as_any_table_has_them():
    assert rows("<tr><td colspan=999999999>a</td><td>b</td></tr>", most_columns=5) == [("a",) * 6]


@pytest.mark.timeout(60)  # of which it takes a second, or else hours
@pytest.mark.parametrize(
    "piece", ["<", "<td", "<td ", "<!--", "<style>", "<br ", "<td colspan=", "&amp;", "<!doctype html "]
)
def test_no_page_takes_longer_than_it_is_long(piece):
    assert len(rows("<table><tr><td>" + piece * (2_000_000 // len(piece)))) <= 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_page_is_a_workbook_of_one_sheet_whatever_its_encoding(tmp_path, encoding):
    path = tmp_path / "labels.xls"
    path.write_text("<html><table><tr><td>Größe</td></tr></table></html>", encoding=encoding)
    assert is_workbook(path)
    assert read_sheets(path) == {"": [("Größe",)]}
