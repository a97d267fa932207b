from __future__ import annotations

import numpy as np

from deg_core.api import Labels, Span, Split
from deg_plugins_analysis.report.parts import count_parts, neighbours

MARKS = np.array([[1, 1, 0, 1, -1, 1, 0, 0], [0] * 8], dtype=np.int8).T
LABELS = {"one": Labels(MARKS, ("walk", "rear"), 10.0)}


def test_frames_and_bouts_of_each_part_are_counted() -> None:
    split = Split((Span("one", 0, 4),), (Span("one", 4, 8),), (Span("gone", 0, 9),))
    counts = {(each.part, each.behaviour): each for each in count_parts(split, LABELS, ("walk", "rear", "new"))}
    walk = counts["train", "walk"]
    assert (walk.n_recordings, walk.labelled_frames, walk.present_frames, walk.n_bouts) == (1, 4, 3, 2)
    assert counts["validation", "walk"].labelled_frames == 3  # one frame is not labelled
    assert (counts["train", "rear"].present_frames, counts["train", "rear"].labelled_frames) == (0, 4)
    assert counts["train", "new"].labelled_frames == 0  # the project does not know it
    assert (counts["test", "walk"].n_recordings, counts["test", "walk"].labelled_frames) == (1, 0)


def test_the_narrowest_gap_between_parts_is_found_on_either_side() -> None:
    split = Split((Span("one", 100, 200),), (Span("two", 0, 5),), (Span("one", 0, 90), Span("one", 203, 300)))
    (found,) = neighbours(split)
    assert (found.record, found.parts, found.gap) == ("one", ("train", "test"), 3)


def test_overlapping_stretches_have_a_gap_below_nought() -> None:
    (found,) = neighbours(Split((Span("one", 0, 50),), (), (Span("one", 40, 90),)))
    assert found.gap == -10


def test_whole_recordings_are_no_neighbours() -> None:
    assert neighbours(Split((Span("one", 0, 9),), (Span("two", 0, 9),), (Span("three", 0, 9),))) == []
