"""The format `deepethogram-csv`: a row per frame, with a column for background."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from label_strategies import labelled

from deg_core.api import LabelError, Labels, NoSettings, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels import deepethogram_csv
from deg_plugins_io.labels.offers import deepethogram_csv as plugin

TEN = Timeline.regular("clip", 10, 10.0)


class TestDeepethogramCsv(LabelFormatContract):
    plugin = plugin
    example = ",background,groom,rear\n0,1,0,0\n1,0,1,0\n2,-1,-1,-1\n3,0,1,1\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [-1, -1], [1, 1]], dtype=np.int8), ("groom", "rear"))


def read(path, behaviours=(), timeline=None):
    return deepethogram_csv.read(path, NoSettings(), timeline, behaviours)


@given(labelled())
def test_nothing_is_lost(scratch, given_labels):
    assert deepethogram_csv.write(scratch, given_labels.labels, NoSettings(), given_labels.timeline) == ()
    again = read(scratch, given_labels.behaviours, given_labels.timeline)
    assert again.behaviours == given_labels.behaviours
    assert np.array_equal(again.marks, given_labels.labels.marks)
    assert again.frames_per_second == given_labels.timeline.frames_per_second


def test_background_is_written_as_the_absence_of_all(tmp_path):
    marks = np.array([[0, 0], [0, 1], [0, -1], [1, -1], [-1, -1]], dtype=np.int8)
    deepethogram_csv.write(tmp_path / "labels.csv", Labels(marks, ("groom", "rear")), NoSettings(), TEN)
    lines = (tmp_path / "labels.csv").read_text().splitlines()
    assert lines == [",background,groom,rear", "0,1,0,0", "1,0,0,1", "2,-1,0,-1", "3,0,1,-1", "4,-1,-1,-1"]


@pytest.mark.parametrize("index", ["", "Unnamed: 0", "index", "Index", "frame"])
def test_the_column_of_numbers_is_known_by_its_names(write_labels, index):
    labels = read(write_labels(f"{index},background,groom\n0,1,0\n1,0,1\n"))
    assert labels.behaviours == ("groom",)
    assert labels.marks[:, 0].tolist() == [0, 1]


def test_a_table_without_a_column_of_numbers_is_read(write_labels):
    labels = read(write_labels("background,groom,rear\n0,1,0\n0,1,1\n"))
    assert labels.behaviours == ("groom", "rear")
    assert labels.marks.tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize("name", ["background", "Background", "none", "None"])
def test_background_by_any_name_is_no_behaviour(write_labels, name):
    assert read(write_labels(f",{name},groom\n0,1,0\n")).behaviours == ("groom",)


def test_a_behaviour_of_the_project_that_is_called_none_is_kept(write_labels):
    path = write_labels(",background,none\n0,0,1\n")
    assert read(path, ("none", "groom")).behaviours == ("none",)


def test_numbers_of_pandas_are_read(write_labels):
    labels = read(write_labels("index,background,groom\n0.0,1.0,0.0\n1.0,0.0,1.0\n2.0,nan,\n3.0,,NaN\n4.0,-1.0,-1.0\n"))
    assert labels.marks[:, 0].tolist() == [0, 1, -1, -1, -1]


def test_background_together_with_a_behaviour_is_told_and_the_behaviour_counts(write_labels, caplog):
    with caplog.at_level(logging.WARNING):
        labels = read(write_labels(",background,groom\n0,1,1\n1,1,0\n2,1,1\n"))
    assert labels.marks[:, 0].tolist() == [1, 0, 1]
    assert "'background' together with a behaviour in 2 frames; the behaviour counts" in caplog.text


def test_nothing_is_told_where_nothing_contradicts(write_labels, caplog):
    read(write_labels(",background,groom\n0,0,1\n1,1,0\n"))
    assert not caplog.records


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("frame,groom\n0,1\n", "there is no background"),
        (",background\n0,1\n", "no column of a behaviour"),
        (",background,groom,groom\n0,1,0,0\n", "several columns for 'groom'"),
        (",background,groom,\n0,1,0,0\n", "a column has no name"),
        (",background,groom\n0,1,0\n2,1,0\n", "frame 2 where frame 1 should be"),
        (",background,groom\n0,1,0\n1,0,0.4\n", "groom is '0.4'"),
        (",background,groom\n0,often,0\n", "background is 'often'"),
        (",background,groom\n", "holds no frames"),
    ],
)
def test_what_is_wrong_is_refused(write_labels, text, problem):
    with pytest.raises(LabelError, match=problem):
        read(write_labels(text))


@pytest.mark.parametrize("n_frames", [299, 301])
def test_a_published_file_of_another_length_is_refused(shared_data, n_frames):
    timeline = Timeline.regular("clip", n_frames, 30.0)
    with pytest.raises(LabelError, match=f"labels for 300 frames, the recording has {n_frames}"):
        read(shared_data / "label_formats/deepethogram_labels.csv", (), timeline)


def test_a_published_file_is_read(shared_data):
    labels = read(shared_data / "label_formats/deepethogram_labels.csv", (), Timeline.regular("clip", 300, 30.0))
    names = ("Swim", "Float", "Balance", "SideClimb", "Spin", "Turn", "PushOff", "VerticalSwimming")
    assert labels.behaviours == names
    assert labels.n_frames == 300
    assert labels.marks[4].tolist() == [0, 0, 0, 0, 0, 1, 0, 1]
    assert labels.marks[180].tolist() == [1, 0, 0, 1, 0, 0, 0, 1]
    assert (labels.marks >= 0).all()


def test_labels_of_a_real_mouse_are_read_with_their_shares(shared_data):
    path = shared_data / "openfield_mouse/m3v1mp4_labels.csv"
    labels = read(path, ("still", "locomotion", "turning", "at_wall"), Timeline.regular("m3v1mp4", 2330, 30.0))
    shares = dict(zip(labels.behaviours, (labels.marks == 1).mean(axis=0).round(3).tolist(), strict=True))
    assert shares == pytest.approx({"locomotion": 0.71, "turning": 0.09, "still": 0.027, "at_wall": 0.32}, abs=0.006)
    assert labels.marks[0].tolist() == [0, 0, 1, 0]


def test_a_real_file_is_the_same_after_writing(shared_data, tmp_path):
    path = shared_data / "openfield_mouse/m3v1mp4_labels.csv"
    deepethogram_csv.write(tmp_path / "again.csv", read(path), NoSettings(), TEN)
    assert (tmp_path / "again.csv").read_text() == path.read_text()
