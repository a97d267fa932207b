"""The format `deg-csv`: a row per frame and a column per behaviour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from label_strategies import labelled

from deg_core.api import LabelError, Labels, NoSettings, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels import deg_csv
from deg_plugins_io.labels.offers import deg_csv as plugin

TEN = Timeline.regular("clip", 10, 10.0)


class TestDegCsv(LabelFormatContract):
    plugin = plugin
    example = 'frame,walk,"rear, high"\n0,1,0\n1,1,-1\n2,0,1\n'
    example_labels = Labels(np.array([[1, 0], [1, -1], [0, 1]], dtype=np.int8), ("walk", "rear, high"))


@given(labelled())
def test_nothing_is_lost(scratch, given_labels):
    assert deg_csv.write(scratch, given_labels.labels, NoSettings(), TEN) == ()
    read = deg_csv.read(scratch, NoSettings(), given_labels.timeline, ())
    assert read.behaviours == given_labels.behaviours
    assert np.array_equal(read.marks, given_labels.labels.marks)
    assert read.frames_per_second == given_labels.timeline.frames_per_second


def test_without_a_recording_any_length_will_do_and_the_rate_is_unknown(write_labels):
    labels = deg_csv.read(write_labels("frame,walk\n0,1\n1,0\n"), NoSettings(), None, ())
    assert labels.marks[:, 0].tolist() == [1, 0]
    assert labels.frames_per_second is None


def test_what_is_written_is_plain(tmp_path):
    labels = Labels(np.array([[1, -1], [0, 1]], dtype=np.int8), ("walk", "a, b"))
    deg_csv.write(tmp_path / "labels.csv", labels, NoSettings(), TEN)
    assert (tmp_path / "labels.csv").read_bytes() == b'frame,walk,"a, b"\n0,1,-1\n1,0,1\n'


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("walk,rear\n0,1\n", "the first column is 'walk', not 'frame'", "header"),
        ("Frame,rear\n0,1\n", "the first column is 'Frame', not 'frame'", "header"),
        ("frame,background,walk\n0,0,1\n", "background is not a behaviour", "header"),
        ("frame,walk,walk\n0,0,1\n", "several columns for 'walk'", "header"),
        ("frame,walk,\n0,0,1\n", "a column has no name", "header"),
        ("frame\n0\n", "no column of a behaviour", "header"),
        ("frame,walk\n", "holds no frames", ""),
        ("frame,walk\n1,0\n2,0\n", "frame 1 where frame 0 should be", "line 2"),
        ("frame,walk\n0,0\n0,1\n", "frame 0 where frame 1 should be", "line 3"),
        ("frame,walk\n0,0\n2,1\n", "frame 2 where frame 1 should be", "line 3"),
        ("frame,walk\n0,0\n,1\n", r"frame \(blank\) where frame 1 should be", "line 3"),
        ("frame,walk\n0,0\n1,\n", "walk is ''", "line 3"),
        ("frame,walk\n0,0\n1,1.0\n", "walk is '1.0'", "line 3"),
        ("frame,walk\n0,0\n1,2\n", "walk is '2'", "line 3"),
        ("frame,walk,rear\n0,0\n", "2 cells under a header of 3", "line 2"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(write_labels, text, problem, line):
    with pytest.raises(LabelError, match=problem) as caught:
        deg_csv.read(write_labels(text), NoSettings(), None, ())
    assert caught.value.where.endswith(line)


@pytest.mark.parametrize("n_frames", [1, 3])
def test_labels_of_another_length_are_refused_with_both_numbers(write_labels, n_frames):
    with pytest.raises(LabelError, match=f"labels for 2 frames, the recording has {n_frames}") as caught:
        deg_csv.read(write_labels("frame,walk\n0,1\n1,0\n"), NoSettings(), Timeline.regular("clip", n_frames, 30.0), ())
    assert caught.value.where.endswith("for clip")
