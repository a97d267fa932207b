from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_figures.examples import MISTAKES, find_examples
from deg_plugins_figures.examples_figure import draw_examples
from deg_plugins_figures.tracks import Tracks


def tracks(probabilities: object, marks: object, first: int = 0, recording: str = "one") -> Tracks:
    values = np.array(probabilities, dtype=np.float32).T
    thresholds = np.full(values.shape[1], 0.5, dtype=np.float32)
    names = ("walk", "rear")[: values.shape[1]]
    labels = np.array(marks, dtype=np.int8).T
    return Tracks(recording, names, 30.0, values, values >= 0.5, thresholds, labels, first)


def test_a_run_of_wrong_frames_is_one_mistake() -> None:
    (missed, alarm) = find_examples(
        [tracks([[0.9, 0.4, 0.1, 0.2, 0.6, 0.1]], [[1, 1, 1, 1, 0, 0]], first=100)], 9, MISTAKES
    )
    assert (missed.kind, missed.start, missed.stop, missed.surest) == ("missed", 101, 104, 102)
    assert missed.probability == pytest.approx(0.1)
    assert missed.weight == pytest.approx(0.6 + 0.9 + 0.8)
    assert (alarm.kind, alarm.start, alarm.stop) == ("false alarm", 104, 105)


def test_frames_without_a_label_are_no_mistakes() -> None:
    assert find_examples([tracks([[0.9, 0.9, 0.1]], [[-1, -1, -1]])], 9, MISTAKES) == []


def test_one_hard_behaviour_does_not_fill_the_sheet() -> None:
    probabilities = [[0.9, 0.1] * 6, [0.1] * 11 + [0.6]]
    found = find_examples([tracks(probabilities, [[0] * 12, [0] * 12])], 3, MISTAKES)
    assert [each.behaviour for each in found] == ["walk", "walk", "rear"]


def test_the_sheet_says_what_was_wrong_and_where() -> None:
    found = find_examples([tracks([[0.9, 0.1]], [[0, 1]], first=40)], 9, MISTAKES)
    picture = np.full((6, 8, 3), 120, dtype=np.uint8)
    figure = draw_examples(found, [picture] * 2, "a title")
    words = " ".join(text for axes in figure.axes for text in (axes.get_title(loc="left"),))
    assert "walk false alarm (90%)" in words
    assert "walk missed (10%)" in words
    assert "one, frame 40" in words
    shown = [axes for axes in figure.axes if axes.images]
    assert np.array_equal(shown[0].images[0].get_array(), picture)
    assert len(shown) == 2


def test_without_mistakes_the_sheet_says_so() -> None:
    figure = draw_examples([], [], "a title")
    assert figure.get_suptitle() == "a title: there are none"


def test_hits_are_where_it_was_seen_and_found_the_longest_and_surest_first() -> None:
    probabilities = [[0.6, 0.9, 0.1, 0.8, 0.1], [0.7, 0.1, 0.7, 0.7, 0.2]]
    marks = [[1, 1, 0, 0, 1], [1, -1, -1, 1, 1]]
    found = find_examples([tracks(probabilities, marks, first=10)], 9, ("hit",))
    assert [(each.behaviour, each.start, each.stop, each.surest) for each in found] == [
        ("walk", 10, 12, 11),
        ("rear", 10, 11, 10),
        ("rear", 13, 14, 13),
    ]
    assert found[0].weight == pytest.approx(1.5)
