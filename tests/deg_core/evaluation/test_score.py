from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deg_core.descriptors import MetricPlugin, NoSettings
from deg_core.evaluation.score import score_predictions
from deg_core.interfaces import Score
from deg_core.testing.fake_scoring import fake_metric

NAMES = ("walk", "rear")


def score(labels: NDArray[np.int8], present: NDArray[np.bool_], seed: int = 0) -> object:
    report = score_predictions(present.astype(np.float32), present, labels, NAMES, [fake_metric], seed)
    return report


def test_a_perfect_prediction_beats_chance() -> None:
    present = np.random.default_rng(0).random((400, 2)) < [0.5, 0.1]
    labels = present.astype(np.int8)
    card = score_predictions(labels.astype(np.float32), present, labels, NAMES, [fake_metric], 0).scores[
        "fake-agreement"
    ]
    assert card.per_behaviour == {"walk": 1.0, "rear": 1.0}
    assert card.overall == 1.0
    walk, rear = card.chance["walk"], card.chance["rear"]
    assert walk is not None
    assert rear is not None
    assert 0.4 < walk < 0.6  # p² + (1 - p)²
    assert 0.75 < rear < 0.9


def test_what_is_undefined_is_none_and_never_a_number() -> None:
    labels = np.array([[1, -1], [0, -1]], dtype=np.int8)
    present = np.array([[True, True], [False, True]])
    card = score_predictions(present.astype(np.float32), present, labels, NAMES, [fake_metric], 0).scores[
        "fake-agreement"
    ]
    assert card.per_behaviour == {"walk": 1.0, "rear": None}
    assert card.chance["rear"] is None
    assert card.overall == 1.0


def test_chance_keeps_bouts_and_turns_columns_together() -> None:
    seen: list[NDArray[np.float32]] = []

    def remember(probabilities: NDArray[np.float32], present: NDArray[np.bool_], labels: NDArray[np.int8]) -> Score:
        assert np.array_equal(probabilities >= 0.5, present)
        seen.append(probabilities)
        return Score(0.0, (0.0, 0.0))

    metric = MetricPlugin(name="spy", summary="", settings=NoSettings, goal="max", score=remember)
    probabilities = np.random.default_rng(0).random((50, 2)).astype(np.float32)
    labels = np.zeros((50, 2), dtype=np.int8)
    score_predictions(probabilities, probabilities >= 0.5, labels, NAMES, [metric], 0)
    assert np.array_equal(seen[0], probabilities)
    turns = [np.roll(probabilities, shift, axis=0) for shift in range(1, 50)]
    assert len(seen) == 21
    assert all(any(np.array_equal(each, turn) for turn in turns) for each in seen[1:])


def test_the_same_seed_gives_the_same_chance() -> None:
    rng = np.random.default_rng(1)
    present, labels = rng.random((60, 2)) < 0.5, rng.integers(-1, 2, (60, 2)).astype(np.int8)
    assert score(labels, present, 3) == score(labels, present, 3)
    assert score(labels, present, 3) != score(labels, present, 4)


def test_counts_are_of_labelled_frames() -> None:
    labels = np.array([[1, -1], [0, -1], [1, 0]], dtype=np.int8)
    report = score_predictions(np.zeros((3, 2), np.float32), labels > 5, labels, NAMES, [fake_metric], 0)
    assert (report.counts["walk"].labelled, report.counts["walk"].present) == (3, 2)
    assert (report.counts["rear"].labelled, report.counts["rear"].present) == (1, 0)
    assert report.n_frames == 3


def test_a_single_frame_can_be_scored() -> None:
    labels = np.array([[1, 0]], dtype=np.int8)
    report = score_predictions(np.ones((1, 2), np.float32), labels == 1, labels, NAMES, [fake_metric], 0)
    assert report.scores["fake-agreement"].overall == 1.0
