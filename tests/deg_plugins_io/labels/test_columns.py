"""Tables with a row per frame and a column per behaviour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.columns import background_of, labels_of, require_frame_numbers
from deg_plugins_io.text import Row, Table

VALUES = {"yes": 1, "no": 0, "?": -1}


def table(*rows: str, header: str = "frame groom rear") -> Table:
    made = tuple(Row(line, tuple(row.split())) for line, row in enumerate(rows, start=2))
    return Table(Path("labels.csv"), ",", tuple(header.split()), made)


def test_columns_are_taken_by_their_place():
    labels = labels_of(table("0 yes no", "1 ? yes"), {2: "rear", 1: "groom"}, VALUES, None)
    assert labels.behaviours == ("rear", "groom")
    assert labels.marks.tolist() == [[0, 1], [1, -1]]
    assert labels.marks.dtype == np.int8
    assert labels.frames_per_second is None


def test_the_recording_tells_the_rate():
    labels = labels_of(table("0 yes no"), {1: "groom"}, VALUES, Timeline.regular("clip", 1, 25.0))
    assert labels.frames_per_second == 25.0


@pytest.mark.parametrize("n_frames", [1, 3])
def test_another_length_than_the_recordings_is_refused_with_both(n_frames):
    with pytest.raises(LabelError, match=f"labels for 2 frames, the recording has {n_frames}") as caught:
        labels_of(table("0 yes no", "1 no no"), {1: "groom"}, VALUES, Timeline.regular("clip", n_frames, 25.0))
    assert caught.value.where == "labels.csv, for clip"


@pytest.mark.parametrize(
    ("behaviours", "problem"),
    [
        ({}, "no column of a behaviour"),
        ({1: "groom", 2: "groom"}, "several columns for 'groom'"),
        ({1: "groom", 2: ""}, "a column has no name"),
    ],
)
def test_names_that_do_not_tell_columns_apart_are_refused(behaviours, problem):
    with pytest.raises(LabelError, match=problem) as caught:
        labels_of(table("0 yes no"), behaviours, VALUES, None)
    assert caught.value.where == "labels.csv, header"


def test_a_table_without_frames_is_refused():
    with pytest.raises(LabelError, match="holds no frames"):
        labels_of(table(), {1: "groom"}, VALUES, None)


def test_a_cell_that_means_nothing_is_refused_with_its_column_and_line():
    with pytest.raises(LabelError, match="rear is 'maybe'") as caught:
        labels_of(table("0 yes no", "1 no maybe"), {1: "groom", 2: "rear"}, VALUES, None)
    assert caught.value.where == "labels.csv, line 3"


def test_frames_numbered_from_0_are_taken():
    require_frame_numbers(table("0 yes", "1.0 no", "2 no", header="frame groom"), 0)


@pytest.mark.parametrize("rows", [["1 no"], ["0 no", "0 no"], ["0 no", "2 no"], ["0 no", "01 no"], ["0 no", "1.5 no"]])
def test_frames_numbered_otherwise_are_refused(rows):
    with pytest.raises(LabelError, match=f"where frame {len(rows) - 1} should be") as caught:
        require_frame_numbers(table(*rows, header="frame groom"), 0)
    assert caught.value.where == f"labels.csv, line {len(rows) + 1}"


@given(arrays(np.int8, array_shapes(min_dims=2, max_dims=2), elements=st.integers(-1, 1)))
def test_background_is_the_absence_of_all_and_unknown_where_one_is(marks):
    background = background_of(marks)
    assert background.dtype == np.int8
    for row, found in zip(marks.tolist(), background.tolist(), strict=True):
        assert found == (0 if 1 in row else -1 if -1 in row else 1)
