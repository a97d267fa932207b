from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from deg_core.postprocess.thresholds import choose_thresholds
from deg_core.project.manifest import Thresholds

BEST = Thresholds()
ONE = np.float32(1)


def f1(present: NDArray[np.bool_], positive: NDArray[np.bool_]) -> float:
    return float(2 * (present & positive).sum() / (present.sum() + positive.sum()))


@st.composite
def scored_frames(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    n = draw(st.integers(2, 25))
    # Few distinct values, so that ties happen, and neighbours between which no third float lies.
    values = [0.0, 1e-45, 0.25, 0.5, float(np.nextafter(np.float32(0.5), ONE)), 0.75, 1.0]
    chances = draw(st.lists(st.one_of(st.sampled_from(values), st.floats(0, 1, width=32)), min_size=n, max_size=n))
    marks = draw(arrays(np.int8, n, elements=st.sampled_from([-1, 0, 1])))
    return np.array(chances, dtype=np.float32)[:, None], marks[:, None]


@given(scored_frames())
def test_no_threshold_is_better(frames: tuple[NDArray[np.float32], NDArray[np.int8]]) -> None:
    probabilities, marks = frames
    known = marks[:, 0] >= 0
    positive = marks[known, 0] == 1
    if positive.all() or not positive.any():
        return
    threshold = choose_thresholds(probabilities, marks, BEST)[0]
    chosen = f1(probabilities[known, 0] >= threshold, positive)
    best = max(f1(probabilities[known, 0] >= p, positive) for p in probabilities[known, 0])
    assert chosen == best


def score_of(present: NDArray[np.bool_], positive: NDArray[np.bool_], settings: Thresholds) -> float:
    recall = (present & positive).sum() / positive.sum()
    if settings.method == "informedness":
        return float(recall - (present & ~positive).sum() / (~positive).sum())
    if not (present & positive).any():
        return 0.0
    precision, weight = (present & positive).sum() / present.sum(), settings.beta**2
    return float((1 + weight) * precision * recall / (weight * precision + recall))


@pytest.mark.parametrize(
    "settings", [Thresholds(beta=2), Thresholds(beta=0.5), Thresholds(method="informedness")], ids=str
)
@given(frames=scored_frames())
def test_no_threshold_scores_better_by_other_rules(
    settings: Thresholds, frames: tuple[NDArray[np.float32], NDArray[np.int8]]
) -> None:
    probabilities, marks = frames
    known = marks[:, 0] >= 0
    positive = marks[known, 0] == 1
    if positive.all() or not positive.any():
        return
    column = probabilities[known, 0]
    threshold = choose_thresholds(probabilities, marks, settings)[0]
    best = max(score_of(column >= p, positive, settings) for p in column)
    assert score_of(column >= threshold, positive, settings) == pytest.approx(best)


@pytest.mark.parametrize("method", ["deepethogram-f1", "deepethogram-informedness"])
def test_without_any_label_the_published_rules_say_the_fixed_value(method: Any) -> None:
    labels = np.full((4, 1), -1, dtype=np.int8)
    probabilities = np.ones((4, 1), dtype=np.float32)
    assert choose_thresholds(probabilities, labels, Thresholds(method=method, value=0.25)).tolist() == [0.25]


def test_unlabelled_frames_do_not_count() -> None:
    probabilities = np.array([[0.9], [0.8], [0.2], [0.1]], dtype=np.float32)
    labels = np.array([[1], [-1], [0], [0]], dtype=np.int8)
    assert choose_thresholds(probabilities, labels, BEST)[0] == np.float32(0.55)  # half-way from 0.9 to 0.2


def test_a_behaviour_that_never_or_always_happens_gets_the_fixed_value() -> None:
    probabilities = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    labels = np.array([[0, 1, -1]] * 5, dtype=np.int8)
    thresholds = choose_thresholds(probabilities, labels, Thresholds(value=0.3))
    assert thresholds.dtype == np.float32
    assert thresholds.tolist() == [np.float32(0.3)] * 3


def test_fixed_thresholds_do_not_look_at_data() -> None:
    probabilities = np.ones((2, 2), dtype=np.float32)
    labels = np.array([[0, 1], [1, 0]], dtype=np.int8)
    assert (
        choose_thresholds(probabilities, labels, Thresholds(method="fixed", value=0.7)).tolist()
        == [np.float32(0.7)] * 2
    )
