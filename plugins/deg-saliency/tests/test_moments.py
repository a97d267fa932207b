from __future__ import annotations

import numpy as np
import pytest
from deg_core.api import ProjectError

from deg_saliency.moments import parse_frames, surest, worst

P = np.array([[0.1], [0.9], [0.8], [0.2], [0.7], [0.95], [0.1], [0.6]], dtype=np.float32)
PRESENT = P >= 0.5


def test_the_surest_frame_of_each_bout_the_surest_bout_first() -> None:
    assert [(each.frame, each.probability) for each in surest(P, PRESENT, [0], 2)] == [
        (5, pytest.approx(0.95)),
        (1, pytest.approx(0.9)),
    ]
    assert len(surest(P, PRESENT, [0], 9)) == 3
    assert surest(P, np.zeros_like(PRESENT), [0], 2) == []


def test_the_worst_mistakes_kinds_in_turn_and_nothing_where_nobody_looked() -> None:
    marks = np.array([[1], [1], [1], [0], [0], [0], [0], [-1]], dtype=np.int8)
    found = worst(P, PRESENT, marks, [0], 4)
    assert [(each.frame, each.why) for each in found] == [(5, "false alarm"), (0, "missed")]
    assert len(worst(P, PRESENT, marks, [0], 1)) == 1


def test_the_surer_of_two_misses_comes_first() -> None:
    marks = np.array([[1], [0], [0], [1], [0], [0], [0], [0]], dtype=np.int8)  # said to be absent at 0.1 and at 0.2
    assert [each.frame for each in worst(P, P > 2, marks, [0], 1)] == [0]
    late = np.array([[0], [0], [0], [1], [0], [0], [1], [0]], dtype=np.int8)
    assert [each.frame for each in worst(P, P > 2, late, [0], 1)] == [6]


def test_frames_are_listed_as_people_do() -> None:
    assert parse_frames("7, 3-5,4") == [7, 3, 4, 5]


@pytest.mark.parametrize("text", ["", "x", "5-3", "1,,2", "-3", "1.5", "3-"])
def test_what_is_no_list_of_frames_is_refused(text) -> None:
    with pytest.raises(ProjectError, match="names no frame"):
        parse_frames(text)
