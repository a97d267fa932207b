from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deg_plugins_figures.scored import (
    ScoredFrames,
    count_confusions,
    count_decisions,
    count_mistaken,
    precision_recall,
)


def _frames(marks: list[int], probabilities: list[float], threshold: float = 0.5) -> ScoredFrames:
    scores = np.array(probabilities, dtype=np.float32)[:, None]
    return ScoredFrames(
        behaviours=("groom",),
        exclusive=False,
        probabilities=scores,
        present=scores >= threshold,
        thresholds=np.array([threshold], dtype=np.float32),
        marks=np.array(marks, dtype=np.int8)[:, None],
        title="test frames",
    )


def test_decisions_are_counted_where_labelled() -> None:
    marks = np.array([[1], [1], [1], [0], [0], [-1], [-1]], dtype=np.int8)
    present = np.array([[1], [1], [0], [1], [0], [1], [0]], dtype=bool)
    assert count_decisions(present, marks).tolist() == [[2, 1, 1, 1]]


_MARKS = arrays(np.int8, (30, 3), elements=st.integers(-1, 1))
_PRESENT = arrays(np.bool_, (30, 3))


@given(_MARKS, _PRESENT)
def test_every_labelled_frame_falls_into_one_case(marks: np.ndarray, present: np.ndarray) -> None:
    assert np.array_equal(count_decisions(present, marks).sum(axis=1), (marks >= 0).sum(axis=0))


def test_a_missed_behaviour_is_set_beside_the_false_alarms_of_its_frames() -> None:
    #                  groom missed, dig wrong; groom missed, nothing wrong; groom found, dig wrong
    marks = np.array([[1, 0], [1, 0], [1, 0], [1, -1]], dtype=np.int8)
    present = np.array([[0, 1], [0, 0], [1, 1], [0, 1]], dtype=bool)
    assert count_mistaken(present, marks).tolist() == [[0, 1, 2], [0, 0, 0]]


def test_exclusive_behaviours_are_counted_against_each_other_and_none() -> None:
    marks = np.array([[1, 0], [1, 0], [0, 1], [0, 0], [-1, -1], [0, -1]], dtype=np.int8)
    present = np.array([[1, 0], [0, 1], [0, 0], [0, 1], [1, 0], [1, 0]], dtype=bool)
    assert count_confusions(present, marks).tolist() == [[1, 1, 0], [0, 0, 1], [0, 1, 0]]


def test_precision_and_recall_are_those_worked_out_by_hand() -> None:
    (curve,) = precision_recall(_frames([1, 0, 1, 0, -1], [0.9, 0.8, 0.7, 0.1, 0.95], threshold=0.75))
    points = {
        round(float(t), 3): (round(float(p), 3), float(r))
        for t, p, r in zip(curve.thresholds, curve.precision, curve.recall, strict=True)
    }
    assert points[0.9] == (1.0, 0.5)
    assert points[0.7] == (0.667, 1.0)
    assert curve.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert curve.base_rate == 0.5
    assert curve.n_present == 2
    assert curve.chosen == (0.5, 0.5)
    assert curve.threshold == 0.75


def test_a_behaviour_that_never_happens_has_no_curve() -> None:
    (curve,) = precision_recall(_frames([0, 0, -1], [0.9, 0.1, 0.5]))
    assert np.isnan(curve.average_precision)
    assert curve.base_rate == 0.0
    assert len(curve.thresholds) == 0


def test_a_behaviour_that_nobody_labelled_has_no_base_rate_either() -> None:
    (curve,) = precision_recall(_frames([-1, -1], [0.9, 0.1]))
    assert np.isnan(curve.average_precision)
    assert np.isnan(curve.base_rate)


def test_where_nothing_was_decided_precision_is_undefined() -> None:
    frames = _frames([1, 0], [0.9, 0.1])
    (curve,) = precision_recall(replace(frames, present=np.zeros((2, 1), dtype=bool)))
    assert curve.chosen[0] == 0.0
    assert np.isnan(curve.chosen[1])
