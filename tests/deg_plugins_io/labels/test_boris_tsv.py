"""The format `boris-tsv`: tabular events of BORIS."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from label_strategies import frames_of, labelled

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels import boris_tsv
from deg_plugins_io.labels.offers import boris_tsv as plugin
from deg_plugins_io.labels.settings import BorisSettings

TEN = Timeline.regular("clip", 10, 10.0)
HEADER = "Time\tBehavior\tSubject\tBehavior type"


class TestBorisTsv(LabelFormatContract):
    plugin = plugin
    example = "Behavior\tTime\tBehavior type\ngroom\t0.04\tSTART\nrear\t0.08\tPOINT\ngroom\t0.12\tSTOP\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


class TestBorisTsvWithAnOffset(LabelFormatContract):
    plugin = plugin
    example = (
        "Observation id\tSubject\tBehavior\tTime\tBehavior type\tTime offset (s)\n"
        "one\tm1\tgroom\t0.54\tSTART\t0.5\none\tm1\tgroom\t0.62\tSTOP\t0.5\n"
        "one\tm2\tgroom\t0.5\tPOINT\t0.5\ntwo\tm1\tgroom\t0.5\tPOINT\t0.5\n"
    )
    example_labels = Labels(np.array([[0], [1], [1], [0]], dtype=np.int8), ("groom",))

    def settings(self):
        return BorisSettings(time_offset_s=0.5, observation="one", subject="m1")


def read(path, behaviours=(), timeline=TEN, **settings):
    return boris_tsv.read(path, BorisSettings(**settings), timeline, behaviours)


def events(*rows):
    return "\n".join([HEADER, *(row.replace(" ", "\t") for row in rows)]) + "\n"


@given(given_labels=labelled(least=0))
def test_whatever_is_labelled_is_the_same_after_writing(scratch, given_labels):
    settings, timeline = BorisSettings(), given_labels.timeline
    assert boris_tsv.write(scratch, given_labels.labels, settings, timeline) == ()
    again = read(scratch, given_labels.behaviours, timeline)
    assert again.behaviours == given_labels.behaviours
    assert np.array_equal(again.marks, given_labels.labels.marks)
    assert again.frames_per_second == timeline.frames_per_second


@given(given_labels=labelled())
def test_what_is_not_labelled_becomes_absent_and_is_counted(scratch, given_labels):
    marks = given_labels.labels.marks
    notes = boris_tsv.write(scratch, given_labels.labels, BorisSettings(), given_labels.timeline)
    assert np.array_equal(read(scratch, given_labels.behaviours, given_labels.timeline).marks, np.maximum(marks, 0))
    n_unlabelled = int((marks == -1).any(axis=1).sum())
    assert [note.split()[0] for note in notes] == ([str(n_unlabelled)] if n_unlabelled else [])


def test_a_state_lasts_from_start_to_stop_and_a_point_one_frame(write_labels):
    path = write_labels(events("0.1 groom m1 START", "0.2 rear m1 POINT", "0.4 groom m1 STOP", "0.95 rear m1 POINT"))
    labels = read(path, ("dig", "groom"))
    assert labels.behaviours == ("dig", "groom", "rear")
    assert [frames_of(labels, name) for name in labels.behaviours] == [[], [1, 2, 3], [2, 9]]


def test_the_order_of_rows_does_not_matter(write_labels):
    path = write_labels(events("0.4 groom m1 STOP", "0.7 groom m1 START", "0.1 groom m1 START", "0.8 groom m1 STOP"))
    assert frames_of(read(path), "groom") == [1, 2, 3, 7]


def test_a_state_that_stops_and_starts_at_one_time_goes_on(write_labels):
    path = write_labels(events("0.1 groom m1 START", "0.3 groom m1 STOP", "0.3 groom m1 START", "0.5 groom m1 STOP"))
    assert frames_of(read(path), "groom") == [1, 2, 3, 4]


def test_kinds_are_read_in_any_case(write_labels):
    assert frames_of(read(write_labels(events("0.1 groom m1 Start", "0.3 groom m1 Stop"))), "groom") == [1, 2]


def test_modifiers_tell_states_apart_and_are_not_kept(write_labels):
    rows = ["0.1\tgroom\tSTART\tfast", "0.2\tgroom\tSTART\tslow", "0.4\tgroom\tSTOP\tfast", "0.6\tgroom\tSTOP\tslow"]
    path = write_labels("\n".join(["Time\tBehavior\tBehavior type\tModifier #1", *rows]))
    labels = read(path)
    assert labels.behaviours == ("groom",)
    assert frames_of(labels, "groom") == [1, 2, 3, 4, 5]


def test_a_start_without_a_stop_lasts_to_the_end_and_is_told(write_labels, caplog):
    with caplog.at_level(logging.WARNING):
        labels = read(write_labels(events("0.6 groom m1 START")))
    assert frames_of(labels, "groom") == [6, 7, 8, 9]
    assert "line 2: 'groom' starts and never stops; it lasts to the end" in caplog.text


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["0.1 groom m1 STOP"], "'groom' stops without having started"),
        (["0.1 groom m1 START", "0.2 groom m1 START"], "'groom' starts again before it stops"),
        (["0.1 groom m1 STATE"], "an event of kind 'STATE', not START, STOP or POINT"),
        (["soon groom m1 START"], "Time is 'soon', not a number"),
        (["0.9 groom m1 START", "1.3 groom m1 STOP"], "lies outside the recording"),
    ],
)
def test_events_that_cannot_be_are_refused_with_their_line(write_labels, rows, problem):
    with pytest.raises(LabelError, match=problem) as caught:
        read(write_labels(events(*rows)))
    assert f"line {len(rows) + 1}" in caught.value.where


def test_a_table_without_events_says_that_nothing_happened(write_labels):
    assert read(write_labels(HEADER + "\n"), ("groom",)).marks.tolist() == [[0]] * 10


def test_several_subjects_must_be_chosen_from(write_labels):
    path = write_labels(events("0.1 groom m1 POINT", "0.2 groom m2 POINT", "0.3 groom  POINT"))
    with pytest.raises(LabelError, match="holds 3 subjects") as caught:
        read(path)
    assert "among: 'm1', 'm2', 'No focal subject'" in caught.value.fix
    for subject, frame in [("m1", 1), ("m2", 2), ("No focal subject", 3)]:
        assert frames_of(read(path, subject=subject), "groom") == [frame]


def observations(*media):
    rows = [f"obs{at}\tplayer #1:{each}\t0.{at}\tgroom\tPOINT" for at, each in enumerate(media, start=1)]
    return "\n".join(["Observation id\tSource\tTime\tBehavior\tBehavior type", *rows])


def test_of_several_observations_the_one_of_this_video_is_read(write_labels):
    path = write_labels(observations("x/other.mp4", "E:\\y\\clip.avi", "z/third.mp4"))
    assert frames_of(read(path), "groom") == [2]
    assert frames_of(read(path, observation="obs3"), "groom") == [3]


def test_observations_that_the_video_does_not_decide_must_be_chosen_from(write_labels):
    path = write_labels(observations("clip.mp4", "clip.mp4"))
    with pytest.raises(LabelError, match="holds 2 observations"):
        read(path)
    assert frames_of(read(path, observation="obs1"), "groom") == [1]


def test_an_observation_of_several_videos_is_refused(write_labels):
    with pytest.raises(LabelError, match=r"runs over 2 videos: a\.mp4, b\.mp4"):
        read(write_labels(observations("a.mp4;b.mp4")))


def described(fps="10", length="1.0", offset="0"):
    return (
        f"Time;Behavior;Behavior type;FPS;Media duration (s);Time offset (s)\n0,1;groom;POINT;{fps};{length};{offset}\n"
    )


@pytest.mark.parametrize(("fps", "length"), [("10.05", "1.9"), ("10,0", "1,0"), ("NA", "NA"), ("", "")])
def test_rate_and_length_that_fit_or_are_not_said_are_taken(write_labels, fps, length):
    assert frames_of(read(write_labels(described(fps, length))), "groom") == [1]


def test_another_rate_is_refused_with_both(write_labels):
    path = write_labels(described(fps="12.5"))
    with pytest.raises(LabelError, match=r"labelled at 12\.5 frames per second, the recording has 10"):
        read(path)
    assert frames_of(read(path, rate_tolerance=0.3), "groom") == [1]


def test_another_length_is_refused_with_both(write_labels):
    with pytest.raises(LabelError, match=r"labelled on a video of 2\.5 s, the recording has 1\.000 s"):
        read(write_labels(described(length="2.5")))


@pytest.mark.parametrize(("length", "fits"), [("1008", True), ("1012", False)])
def test_players_cut_and_round_the_length_of_long_videos(write_labels, length, fits):
    path, timeline = write_labels(described(length=length)), Timeline.regular("clip", 10_000, 10.0)
    if fits:
        assert frames_of(read(path, timeline=timeline), "groom") == [1]
    else:
        with pytest.raises(LabelError, match="labelled on a video of 1012 s"):
            read(path, timeline=timeline)


def test_a_stated_offset_is_not_taken_off_before_somebody_says_how_much(write_labels):
    path = write_labels(described(offset="0,1"))
    with pytest.raises(LabelError, match=r"has a time offset of 0\.1 s"):
        read(path)
    assert frames_of(read(path, time_offset_s=0.0), "groom") == [1]
    assert frames_of(read(path, time_offset_s=0.1), "groom") == [0]


def test_what_is_chosen_is_written(tmp_path):
    labels = Labels(np.array([[0], [1]], dtype=np.int8), ("groom",))
    settings = BorisSettings(observation="day 1", subject="m1", time_offset_s=2.0)
    boris_tsv.write(tmp_path / "labels.tsv", labels, settings, Timeline.regular("clip", 2, 10.0))
    header, *rows = ((tmp_path / "labels.tsv").read_text()).splitlines()
    cells = [dict(zip(header.split("\t"), row.split("\t"), strict=True)) for row in rows]
    assert [cell["Time"] for cell in cells] == ["2.100000", "2.200000"]
    assert [cell["Behavior type"] for cell in cells] == ["START", "STOP"]
    assert [cell["Image index"] for cell in cells] == ["1", "2"]
    assert cells[0] | {"Observation id": "day 1", "Subject": "m1", "Time offset (s)": "2", "FPS": "10"} == cells[0]
    assert cells[0] | {"Source": "player #1:clip", "Media duration (s)": "0.200"} == cells[0]


def test_nobody_is_written_as_boris_does(tmp_path):
    labels = Labels(np.array([[1]], dtype=np.int8), ("groom",))
    settings = BorisSettings(subject="No focal subject")
    path = tmp_path / "labels.tsv"
    boris_tsv.write(path, labels, settings, Timeline.regular("clip", 1, 10.0))
    assert "No focal subject" not in path.read_text()
    assert frames_of(boris_tsv.read(path, settings, Timeline.regular("clip", 1, 10.0), ()), "groom") == [0]


def test_a_csv_is_written_with_commas(tmp_path):
    labels = Labels(np.array([[1]], dtype=np.int8), ("rear, high",))
    boris_tsv.write(tmp_path / "labels.CSV", labels, BorisSettings(), Timeline.regular("clip", 1, 10.0))
    assert '"rear, high"' in (tmp_path / "labels.CSV").read_text()
    assert "\t" not in (tmp_path / "labels.CSV").read_text()


@pytest.mark.parametrize("name", ["boris_tabular_old.tsv", "boris_tabular_old.csv", "boris_tabular_old.xlsx"])
def test_a_published_file_of_the_old_layout_is_read(shared_data, name):
    path, timeline = shared_data / "label_formats" / name, Timeline.regular("video_test_25fps_360s", 8999, 25.0)
    with pytest.raises(LabelError, match="holds 2 subjects"):
        read(path, timeline=timeline)
    first = read(path, timeline=timeline, subject="subject1")
    # 3.3 to 7.75 s, 9.9 to 16.2 s, 18.35 to 24.475 s; frame 83 is the first that begins at or after 3.3 s.
    assert frames_of(first, "s") == [*range(83, 194), *range(248, 405), *range(459, 612)]
    assert frames_of(read(path, timeline=timeline, subject="subject2"), "s") == list(range(961, 1153))


def test_a_published_file_means_the_same_as_a_page(shared_data, tmp_path):
    """Which BORIS exports beside the others."""
    text = (shared_data / "label_formats/boris_tabular_old.tsv").read_text()
    rows = ["".join(f"<td>{cell}</td>" for cell in line.split("\t")) for line in text.splitlines()]
    page = tmp_path / "events.html"
    page.write_text(f"<table><tbody><tr>{'</tr><tr>'.join(rows)}</tr></tbody></table>")
    timeline = Timeline.regular("video_test_25fps_360s", 8999, 25.0)
    labels = read(page, timeline=timeline, subject="subject1")
    assert frames_of(labels, "s") == [*range(83, 194), *range(248, 405), *range(459, 612)]


def test_a_published_file_of_version_8_is_read(shared_data):
    path, timeline = shared_data / "label_formats/boris_tabular_8.csv", Timeline.regular("Video11", 18923, 59.94)
    labels = read(path, ("behavior2", "behavior1"), timeline)
    assert labels.behaviours == ("behavior2", "behavior1")
    bouts = [np.flatnonzero(np.diff(column, prepend=0, append=0) == 1).size for column in labels.marks.T]
    assert bouts == [11, 9]
    assert frames_of(labels, "behavior1")[0] == 321  # 5.355 s, frame 320.98


def test_a_published_file_for_a_recording_of_another_rate_is_refused(shared_data):
    with pytest.raises(LabelError, match=r"labelled at 59\.94 frames per second, the recording has 30"):
        read(shared_data / "label_formats/boris_tabular_8.csv", (), Timeline.regular("Video11", 9471, 30.0))


@pytest.mark.parametrize(
    "name", ["boris_aggregated_old.tsv", "boris_aggregated_cut.tsv", "made_boris_binary_table.tsv", "bento.annot"]
)
def test_published_files_of_other_kinds_are_refused(shared_data, name):
    with pytest.raises(LabelError, match=r"tabular events|aggregated"):
        read(shared_data / "label_formats" / name)
