from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.data.labels import Labels, count_labels, mark_rows, read_mark_rows
from deg_core.errors import LabelError

MARKS = np.array([[1, 0], [-1, 1], [0, -1]], dtype=np.int8)


def test_columns_follow_the_project_and_what_a_file_lacks_is_not_labelled() -> None:
    labels = Labels(MARKS, ("rear", "walk"), 25.0).for_behaviours(["walk", "dig", "rear"], where="a.csv")
    assert labels.behaviours == ("walk", "dig", "rear")
    assert labels.marks.tolist() == [[0, -1, 1], [1, -1, -1], [-1, -1, 0]]
    assert labels.frames_per_second == 25.0


def test_an_unknown_behaviour_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(LabelError, match="unknown behaviour 'raer'") as caught:
        Labels(MARKS, ("raer", "walk")).for_behaviours(["walk", "rear"], where="a.csv")
    assert caught.value.where == "a.csv"
    assert "did you mean 'rear'?" in caught.value.fix
    assert "walk, rear" in caught.value.fix


def test_counting_leaves_out_what_is_not_labelled() -> None:
    assert count_labels(MARKS).tolist() == [[1, 1], [1, 1]]
    assert count_labels(np.full((4, 2), -1, dtype=np.int8)).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("marks", "behaviours", "kind"),
    [
        (np.zeros((3, 2), dtype=np.int8), ("walk",), ValueError),
        (np.zeros((3, 2), dtype=np.int8), ("walk", "walk"), ValueError),
        (np.full((3, 1), 2, dtype=np.int8), ("walk",), ValueError),
        (np.full((3, 1), -2, dtype=np.int8), ("walk",), ValueError),
        (np.zeros((3, 1)), ("walk",), TypeError),
    ],
    ids=["columns", "twice", "two", "minus-two", "float"],
)
def test_refuses_marks_that_mean_nothing(marks: np.ndarray, behaviours: tuple[str, ...], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Labels(marks, behaviours)


@given(st.integers(0, 30), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_marks_come_back_from_their_text(n_frames: int, n_behaviours: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks = rng.integers(-1, 2, (n_frames, n_behaviours)).repeat(rng.integers(1, 4), axis=0).astype(np.int8)
    text = mark_rows(marks)
    lines = [f"{frame},{','.join(map(str, row))}\n" for frame, row in enumerate(marks.tolist())]
    assert text == "".join(lines)
    if n_frames:
        assert np.array_equal(read_mark_rows(text.encode(), n_behaviours), marks)


@pytest.mark.parametrize(
    "text",
    [
        "0,1,0\n1,1\n",
        "0,1,0",
        "0,1,0\r\n",
        "0, 1,0\n",
        "0,2,0\n",
        "0,+1,0\n",
        "0,-0,0\n",
        "0,,1\n",
        "0,11,1\n",
        '0,"1",0\n',
        "",
    ],
)
def test_text_in_any_other_form_is_left_to_slower_readers(text: str) -> None:
    found = read_mark_rows(text.encode(), 2)
    assert found is None or len(found) == 0
