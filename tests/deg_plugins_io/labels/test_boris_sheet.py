"""Both layouts of BORIS's tabular events are one sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.api import LabelError
from deg_plugins_io.labels.boris_sheet import read_sheet

HEADER = "Observation id,Source,Time offset (s),Media duration (s),FPS,Subject,Behavior,Behavior type,Time,Modifier #1"
ROW = "day 1,player #1:a.mp4;b.mp4|player #2:c.mp4,0.5,10.0,25.0,m1,groom,START,1.5,fast"
OLD = """Observation id,day 1,,,,
,,,,,
Player #1,a.mp4,,,,
,b.mp4,,,,
Player #2,c.mp4,,,,
,d.mp4,,,,
Observation date,2016-11-27,,,,
Time offset (s),0.5,,,,
Description,about nothing,,,,
Time,Media file path,FPS,Subject,Behavior,Status
1.5,a.mp4,25.0,m1,groom,START
"""


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_new_layout_says_everything_in_each_row(write_labels, separator, end):
    sheet = read_sheet(write_labels(f"{HEADER}\n{ROW}\n".replace(";", "&").replace(",", separator).replace("\n", end)))
    (row,) = sheet.table.rows
    said = {what: sheet.cell(row, what) for what in ("observation", "offset", "subject", "behaviour", "kind", "time")}
    assert list(said.values()) == ["day 1", "0.5", "m1", "groom", "START", "1.5"]
    assert sheet.modifiers(row) == ("fast",)


def test_the_old_layout_says_some_once_for_all_rows(write_labels):
    sheet = read_sheet(write_labels(OLD))
    (row,) = sheet.table.rows
    assert sheet.cell(row, "observation") == "day 1"
    assert sheet.cell(row, "offset") == "0.5"
    assert sheet.cell(row, "kind") == "START"
    assert sheet.cell(row, "length") == ""
    assert sheet.modifiers(row) == ()
    assert row.line == 11


def test_only_videos_of_the_first_player_play_one_after_another(write_labels):
    for text in (f"{HEADER}\n{ROW}\n", OLD):
        sheet = read_sheet(write_labels(text))
        assert sheet.media(sheet.table.rows[0]) == ("a.mp4", "b.mp4")


def test_a_preamble_may_be_ragged(write_labels):
    preamble = ",no video\nNotes\n,nor this\nObservation id,day 1\nPlayer #1,a.mp4\n,\nDescription\n"
    sheet = read_sheet(write_labels(f"{preamble}Time,Behavior,Status\n1,groom,START\n"))
    assert sheet.files == ("a.mp4",)
    assert sheet.preamble == {"observation": "day 1"}


def test_without_a_list_of_videos_the_row_names_its_own(write_labels):
    sheet = read_sheet(write_labels("Time,Behavior,Behavior type,Media file name\n1,groom,START,a.mp4\n"))
    assert sheet.media(sheet.table.rows[0]) == ("a.mp4",)
    assert read_sheet(write_labels("Time,Behavior,Status\n1,groom,START\n")).files == ()


def test_rows_of_blank_cells_are_left_by_spreadsheets(write_labels):
    assert len(read_sheet(write_labels("Time,Behavior,Status\n,,\n1,groom,START\n,,,,\n")).table.rows) == 1


def test_quoted_headers_are_found(write_labels):
    sheet = read_sheet(write_labels('"Time";"Behavior";"Status"\n"1,5";"groom";"START"\n'))
    assert sheet.table.number(sheet.table.rows[0], sheet.columns["time"]) == 1.5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Observation id\tStart (s)\tStop (s)\n1\t2\t3\n", "these are BORIS's aggregated events"),
        ("time\tgroom\trear\n0.0\t1\t0\n", "no header of BORIS's tabular events"),
        ("Start (s)\tgroom\n0.0\t1\n", "no header of BORIS's tabular events"),
        ("Time,Behavior\n1,groom\n", "no header"),
        ("Behavior,Behavior type\ngroom,START\n", "no header"),
        ("Time,Behavior,Status\n1,groom\n", "2 cells under a header of 3"),
        ('Time,Behavior,Status\n1,"groom,START\n', "not a table"),
        ('Description,"such as\nTime,Behavior,Status\nwhich is no header"\n', "no header"),
        ("Time,Behavior,Status\x0b1,groom,START\n", "no header"),
    ],
)
def test_what_is_not_such_a_sheet_is_refused_by_name(write_labels, text, problem):
    with pytest.raises(LabelError, match=problem):
        read_sheet(write_labels(text))


@given(st.lists(st.sampled_from(["Time,Behavior,Status", "1,groom,START", *',;\t\n\r" x\x0b\u2028'])))
def test_no_text_ends_in_another_kind_of_error(scratch, pieces):
    scratch.write_bytes("".join(pieces).encode())
    try:
        sheet = read_sheet(scratch)
    except LabelError:
        return
    assert {"time", "behaviour", "kind"} <= set(sheet.columns)
