"""The format `bouts-csv`: a row per bout, by the column names of many programs."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from label_strategies import frames_of, labelled

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels import bouts_csv
from deg_plugins_io.labels.offers import bouts_csv as plugin
from deg_plugins_io.labels.settings import BoutsCsvSettings

TEN = Timeline.regular("clip", 10, 10.0)


class TestBoutsCsv(LabelFormatContract):
    plugin = plugin
    example = "start_s,stop_s,behaviour\n0.04,0.12,groom\n0.08,0.16,rear\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


class TestBoutsCsvInFrames(LabelFormatContract):
    plugin = plugin
    example = "start_frame;stop_frame;behaviour\n1;3;groom\n2;4;rear\n"
    example_labels = TestBoutsCsv.example_labels

    def settings(self):
        return BoutsCsvSettings(unit="frames")


class TestBoutsCsvOfOneAnimal(LabelFormatContract):
    plugin = plugin
    example = "start_s,stop_s,behaviour,subject,annotator\n0.04,0.12,groom,m1,ann\n0,1,groom,m2,ann\n0,1,rear,m1,bob\n"
    example_labels = Labels(np.array([[0], [1], [1], [0]], dtype=np.int8), ("groom",))

    def settings(self):
        return BoutsCsvSettings(subject="m1", annotator="ann")


def read(path, behaviours=(), timeline=TEN, **settings):
    return bouts_csv.read(path, BoutsCsvSettings(**settings), timeline, behaviours)


@pytest.mark.parametrize("unit", ["auto", "seconds", "frames"])
@given(given_labels=labelled(least=0))
def test_whatever_is_labelled_is_the_same_after_writing(scratch, unit, given_labels):
    settings, timeline = BoutsCsvSettings(unit=unit), given_labels.timeline
    assert bouts_csv.write(scratch, given_labels.labels, settings, timeline) == ()
    read_again = bouts_csv.read(scratch, settings, timeline, given_labels.behaviours)
    assert read_again.behaviours == given_labels.behaviours
    assert np.array_equal(read_again.marks, given_labels.labels.marks)
    assert read_again.frames_per_second == timeline.frames_per_second


@given(given_labels=labelled())
def test_what_is_not_labelled_becomes_absent_and_is_counted(scratch, given_labels):
    marks = given_labels.labels.marks
    notes = bouts_csv.write(scratch, given_labels.labels, BoutsCsvSettings(), given_labels.timeline)
    again = read(scratch, given_labels.behaviours, given_labels.timeline)
    assert np.array_equal(again.marks, np.maximum(marks, 0))
    n_unlabelled = int((marks == -1).any(axis=1).sum())
    assert [note.split()[0] for note in notes] == ([str(n_unlabelled)] if n_unlabelled else [])


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("start_s,stop_s,behaviour", "seconds"),
        ("Start (s),Stop (s),Behavior", "seconds"),
        ("start time,end time,label", "seconds"),
        ("Start_Seconds,End_Seconds,Event", "seconds"),
        ("onset_sec,offset_sec,class", "seconds"),
        ("time_start,time_stop,action", "seconds"),
        ("start_s,stop,behaviour", "seconds"),
        ("start_frame,stop_frame,behaviour", "frames"),
        ("Frame start,Frame end,Annotation", "frames"),
        ("begin_frames,end_frames,type", "frames"),
        ("from,to,type", None),
        ("start,stop,behaviour", None),
        ("start_frame,stop_s,behaviour", None),
    ],
)
def test_the_header_tells_the_unit_and_where_it_does_not_nothing_is_guessed(write_labels, header, unit):
    path = write_labels(f"{header}\n2,4,groom\n")
    timeline = Timeline.regular("clip", 50, 10.0)
    if unit is None:
        with pytest.raises(LabelError, match="are these seconds or frames"):
            read(path, timeline=timeline)
    else:
        expected = list(range(20, 40)) if unit == "seconds" else [2, 3]
        assert frames_of(read(path, timeline=timeline), "groom") == expected
    assert frames_of(read(path, timeline=timeline, unit="seconds"), "groom") == list(range(20, 40))
    assert frames_of(read(path, timeline=timeline, unit="frames"), "groom") == [2, 3]


def test_columns_in_any_order_between_any_others(write_labels):
    path = write_labels("note,behaviour,duration,stop_s,start_s\nwell,groom,0.2,0.3,0.1\n")
    assert frames_of(read(path), "groom") == [1, 2]


@pytest.mark.parametrize(
    "header",
    ["start_s,behaviour", "start_s,stop_s", "start_s,stop_s,stop_frame,behaviour", "start_ms,stop_ms,behaviour", "a,b"],
)
def test_a_header_that_lacks_or_repeats_a_column_is_refused(write_labels, header):
    with pytest.raises(LabelError, match="does not name one column each") as caught:
        read(write_labels(f"{header}\n1,2,3,4\n"[: len(header) + 1]))
    assert header.replace(",", ", ") in caught.value.fix


def test_seconds_below_a_header_of_frames_are_refused(write_labels):
    with pytest.raises(LabelError, match=r"frames 0\.5 to 2 are not whole numbers") as caught:
        read(write_labels("start_frame,end_frame,behavior\n0.5,2,groom\n"))
    assert "set `unit` to seconds" in caught.value.fix


def test_frames_may_be_written_as_whole_decimals(write_labels):
    assert frames_of(read(write_labels("start_frame,stop_frame,behaviour\n2.0,4.0,groom\n")), "groom") == [2, 3]


def test_silence_means_absent(write_labels):
    labels = read(write_labels("start_s,stop_s,behaviour\n0.1,0.3,groom\n"), ("rear", "groom", "dig"))
    assert labels.behaviours == ("rear", "groom", "dig")
    assert labels.marks.sum(axis=0).tolist() == [0, 2, 0]
    assert (labels.marks >= 0).all()


def test_a_table_without_bouts_says_that_nothing_happened(write_labels):
    labels = read(write_labels("start_s,stop_s,behaviour\n"), ("groom",))
    assert labels.marks.tolist() == [[0]] * 10


def test_bouts_of_one_behaviour_that_overlap_are_united_and_told(write_labels, caplog):
    with caplog.at_level(logging.WARNING):
        labels = read(write_labels("start_s,stop_s,behaviour\n0.1,0.4,groom\n0.3,0.6,groom\n0.2,0.3,rear\n"))
    assert frames_of(labels, "groom") == [1, 2, 3, 4, 5]
    assert "bouts of 'groom' overlap in 1 frames; they are united" in caplog.text
    assert "rear" not in caplog.text


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("0.3,0.1,groom", "starts at 0.3 s and stops before, at 0.1 s"),
        ("0.5,1.2,groom", "lies outside the recording, 0 to 1.000 s"),
        ("-0.2,0.2,groom", "lies outside the recording"),
        ("0.1,0.2,", "a bout of no behaviour"),
        ("soon,0.2,groom", "start_s is 'soon', not a number"),
        ("0.1,inf,groom", "stop_s is 'inf', not a number"),
        ("0.1,,groom", "stop_s is '', not a number"),
        ("0.1,0.2,groom,more", "4 cells under a header of 3"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(write_labels, row, problem):
    with pytest.raises(LabelError, match=problem) as caught:
        read(write_labels(f"start_s,stop_s,behaviour\n0.1,0.2,groom\n{row}\n"))
    assert "line 3" in caught.value.where


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("3,3,groom", "the bout at frame 3 has no frame"),
        ("4,3,groom", "starts at frame 4 and stops before"),
        ("8,11,groom", "frames 8 to 11, lies outside the recording, frames 0 to 10"),
        ("-1,2,groom", "lies outside"),
    ],
)
def test_frames_that_cannot_be_are_refused(write_labels, row, problem):
    with pytest.raises(LabelError, match=problem):
        read(write_labels(f"start_frame,stop_frame,behaviour\n{row}\n"))


def test_an_instant_lasts_one_frame(write_labels):
    assert frames_of(read(write_labels("start_s,stop_s,behaviour\n0.34,0.34,groom\n")), "groom") == [4]
    assert frames_of(read(write_labels("start_s,stop_s,behaviour\n1.0,1.0,groom\n")), "groom") == [9]


def test_rows_of_blank_cells_are_left_by_spreadsheets(write_labels):
    labels = read(write_labels("start_s,stop_s,behaviour\n0.1,0.2,groom\n,,\n , ,,,\n\n"))
    assert frames_of(labels, "groom") == [1]


@pytest.mark.parametrize("column", ["subject", "annotator"])
def test_several_animals_or_persons_must_be_chosen_from(write_labels, column):
    path = write_labels(f"start_s,stop_s,behaviour,{column}\n0.1,0.2,groom,one\n0.5,0.7,groom,two\n")
    with pytest.raises(LabelError, match=f"holds 2 {column}s") as caught:
        read(path)
    assert f"choose with the setting `{column}` among: 'one', 'two'" in caught.value.fix
    assert frames_of(read(path, **{column: "two"}), "groom") == [5, 6]
    with pytest.raises(LabelError, match=f"holds no {column} 'tw'") as caught:
        read(path, **{column: "tw"})
    assert "did you mean 'two'" in caught.value.fix


@pytest.mark.parametrize("setting", ["subject", "annotator", "recording"])
def test_a_choice_that_the_table_does_not_offer_is_refused(write_labels, setting):
    with pytest.raises(LabelError, match=f"nothing in it tells {setting}s apart"):
        read(write_labels("start_s,stop_s,behaviour\n0.1,0.2,groom\n"), **{setting: "one"})


def test_of_several_recordings_the_one_of_this_name_is_read(write_labels):
    path = write_labels(
        "video,start_s,stop_s,behaviour\nD:\\films\\clip.MP4,0.1,0.2,groom\n/films/other.mp4,0.5,0.7,groom\n"
    )
    assert frames_of(read(path), "groom") == [1]
    assert frames_of(read(path, recording="/films/other.mp4"), "groom") == [5, 6]
    with pytest.raises(LabelError, match="holds 2 recordings"):
        read(path, timeline=Timeline.regular("third", 10, 10.0))


@pytest.mark.parametrize("setting", ["recording", "annotator", "subject"])
def test_what_is_chosen_is_written_beside_every_bout(tmp_path, setting):
    labels = Labels(np.array([[1], [0]], dtype=np.int8), ("groom",))
    path, settings = tmp_path / "labels.csv", BoutsCsvSettings(**{setting: "one, two"})
    bouts_csv.write(path, labels, settings, TEN)
    assert path.read_text() == f'start_s,stop_s,behaviour,{setting}\n0.000000,0.100000,groom,"one, two"\n'


def test_bouts_are_written_in_order_of_time(tmp_path):
    marks = np.array([[0, 1], [1, 1], [0, 0], [1, 0]], dtype=np.int8)
    path = tmp_path / "labels.csv"
    bouts_csv.write(path, Labels(marks, ("rear", "groom")), BoutsCsvSettings(unit="frames"), TEN)
    header, *rows = path.read_text().splitlines()
    assert header == "start_frame,stop_frame,behaviour"
    assert rows == ["0,2,groom", "1,2,rear", "3,4,rear"]


def test_a_made_table_of_bouts_is_read(shared_data):
    labels = read(shared_data / "label_formats/made_bouts_seconds.csv", (), Timeline.regular("clip", 300, 25.0))
    assert frames_of(labels, "grooming") == [*range(13, 50), *range(126, 149)]
    assert frames_of(labels, "rearing") == [*range(50, 80), *range(235, 275)]


def test_an_export_with_seconds_under_frames_is_refused_until_it_is_said(shared_data):
    path = shared_data / "label_formats/made_vtrace_export_seconds_in_frame_columns.csv"
    timeline = Timeline.regular("clip", 300, 25.0)
    with pytest.raises(LabelError, match="not whole numbers"):
        read(path, timeline=timeline)
    assert frames_of(read(path, timeline=timeline, unit="seconds"), "rearing") == [*range(50, 80), *range(235, 275)]


def test_published_frames_of_several_recordings_are_read_by_name(shared_data):
    path = shared_data / "label_formats/vtrace_frames.csv"
    labels = read(path, (), Timeline.regular("example2", 200, 30.0))
    assert labels.behaviours == ("jumping", "standing")
    assert frames_of(labels, "jumping") == list(range(20, 80))


def test_published_human_scoring_is_read(shared_data):
    path = shared_data / "sturman2020/AllEPMLables.csv"
    labels = read(path, (), Timeline.regular("EPM_11_Jin", 25 * 700, 25.0), unit="seconds", annotator="Jin")
    assert frames_of(labels, "Head Dip")[:3] == [51, 52, 53]


@pytest.mark.parametrize(
    "name",
    [
        "deepethogram_labels.csv",
        "boris_tabular_8.csv",
        "made_boris_binary_table.tsv",
        "solomon_coder.csv",
        "made_vtrace_labels.csv",
        "via1_image_regions.csv",
        "simba_targets_inserted.csv",
    ],
)
def test_published_files_of_other_kinds_are_refused(shared_data, name):
    with pytest.raises(LabelError):
        read(shared_data / "label_formats" / name, timeline=Timeline.regular("clip", 300, 25.0), unit="seconds")
