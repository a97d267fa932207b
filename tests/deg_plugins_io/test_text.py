"""Text tables as people's programs write them."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.api import LabelError
from deg_plugins_io.encoding import read_text
from deg_plugins_io.text import SEPARATORS, Row, Table, read_table, write_table

TEXT = "frame,Größe\n0,1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_usual_encodings_are_read(write_labels, encoding, caplog):
    mark = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    with caplog.at_level(logging.WARNING):
        assert read_text(write_labels((mark + TEXT).encode(encoding))) == mark.replace("\ufeff", "") + TEXT
    assert ("read as Windows cp1252" in caplog.text) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-16-le"),  # without its mark there is no knowing
        b"a\x00b",
        b"\xff\xfea",  # half a character
        b"\xef\xbb\xbf\xff",
        b"\x81\x8d",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_what_is_no_text_is_refused(write_labels, content):
    with pytest.raises(LabelError, match="not a text file"):
        read_text(write_labels(content))


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b" , ,\n,,\n"])
def test_an_empty_file_is_refused(write_labels, content):
    with pytest.raises(LabelError, match=r"the file is empty|holds no table"):
        read_table(write_labels(content))


def test_a_file_that_may_not_be_read_is_refused(write_labels, monkeypatch):
    path = write_labels(TEXT)
    monkeypatch.setattr(Path, "read_bytes", lambda self: (_ for _ in ()).throw(PermissionError(13, "not for you")))
    with pytest.raises(LabelError, match="cannot be read: not for you"):
        read_text(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_separators_and_ends_of_lines_are_told(write_labels, separator, end):
    table = read_table(write_labels(separator.join(["a", "b"]) + end + separator.join(["1", "2"]) + end))
    assert table.separator == separator
    assert table.header == ("a", "b")
    assert [row.cells for row in table.rows] == [("1", "2")]


def test_the_separator_is_told_by_the_header_alone_and_not_within_quotes(write_labels):
    assert read_table(write_labels('"a,b,c";d\n"1,2,3,4";5\n')).header == ("a,b,c", "d")


def test_lines_are_numbered_as_in_an_editor(write_labels):
    table = read_table(write_labels('\n,,\na,b\n\n1,2\n"3\n3",4\n5,6\n'))
    assert [(row.line, row.cells) for row in table.rows] == [(5, ("1", "2")), (7, ("3\n3", "4")), (8, ("5", "6"))]
    assert table.where(table.rows[0]).endswith("labels.csv, line 5")


def test_blanks_at_the_ends_of_cells_do_not_count(write_labels):
    table = read_table(write_labels(" a ,\tb\n 1,2 \n"))
    assert table.header == ("a", "b")
    assert table.rows[0].cells == ("1", "2")


def test_blank_cells_too_many_are_dropped_and_others_refused(write_labels):
    assert read_table(write_labels("a,b\n1,2,,\n")).rows[0].cells == ("1", "2")
    for row in ("1,2,,3", "1"):
        with pytest.raises(LabelError, match="cells under a header of 2") as caught:
            read_table(write_labels(f"a,b\n0,0\n{row}\n"))
        assert caught.value.where.endswith("line 3")


def test_lines_of_blanks_are_no_rows(write_labels):
    assert [row.cells for row in read_table(write_labels("a,b\n1,2\n \t\n3,4\n  \n")).rows] == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("text", ['a,b\n1,"2\n', 'a,b\n1,"2"2\n'])
def test_a_stray_quotation_mark_is_refused_with_its_line(write_labels, text):
    with pytest.raises(LabelError, match="not a table") as caught:
        read_table(write_labels(text))
    assert caught.value.where.endswith("line 2")


@pytest.mark.parametrize(
    ("separator", "cell", "number"),
    [
        (",", "1.5", 1.5),
        (";", "1,5", 1.5),
        ("\t", "1,5", 1.5),
        (";", "1.5", 1.5),
        (",", "-3", -3.0),
        (",", "1e-3", 0.001),
        (";", "1.234,5", None),
        (",", "1,5", None),
        (",", "", None),
        (",", "nan", None),
        (",", "-inf", None),
        (",", "1_000", None),
        (",", "00:01:02", None),
    ],
)
def test_numbers_may_have_a_decimal_comma_where_it_separates_no_cells(separator, cell, number):
    row = Row(1, (cell,))
    table = Table(Path("labels.csv"), separator, ("time",), (row,))
    if number is not None:
        assert table.number(row, 0) == number
        return
    with pytest.raises(LabelError, match=r"time is .*, not a number") as caught:
        table.number(row, 0)
    assert caught.value.where == "labels.csv, line 1"


# What a cell keeps: any text without blanks at its ends and without what no text file holds.
cells = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=8).map(str.strip)


@given(st.lists(st.tuples(cells, cells, cells), max_size=5), st.sampled_from(SEPARATORS))
def test_what_is_written_is_read_again(scratch, rows, separator):
    write_table(scratch, ["one", "two", "three"], rows, separator)
    table = read_table(scratch)
    assert table.separator == separator
    assert table.header == ("one", "two", "three")
    assert [row.cells for row in table.rows] == rows


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "labels.csv").mkdir()
    with pytest.raises(LabelError, match="cannot write") as caught:
        write_table(tmp_path / "labels.csv", ["a"], [["1"]])
    assert caught.value.where.endswith("labels.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["labels.csv"]
    (tmp_path / "file").touch()
    with pytest.raises(LabelError, match="cannot write"):
        write_table(tmp_path / "file" / "labels.csv", ["a"], [["1"]])


@pytest.mark.parametrize("error", [OSError(28, "the disk is full"), OSError("the disk is full")])
def test_a_failure_while_writing_keeps_the_old_file(write_labels, tmp_path, error):
    def rows():
        yield ["1"]
        raise error

    path = write_labels("old")
    with pytest.raises(LabelError, match="the disk is full"):
        write_table(path, ["a"], rows())
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["labels.csv"]
