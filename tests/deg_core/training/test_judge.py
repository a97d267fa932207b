from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from deg_core.descriptors import MetricPlugin, NoSettings
from deg_core.interfaces import Score
from deg_core.project.manifest import Thresholds
from deg_core.training.judge import Judge

LABELS = np.array([[1], [1], [0], [0], [-1]], dtype=np.int8)
LOW = np.array([[0.3], [0.2], [0.1], [0.05], [0.9]], dtype=np.float32)


def metric(goal: Any = "max") -> MetricPlugin[NoSettings]:
    def score(probabilities: Any, present: Any, labels: Any) -> Score:
        known = labels >= 0
        return Score(float((present == (labels == 1))[known].mean()), ())

    return MetricPlugin(name="agreement", summary="", settings=NoSettings, goal=goal, score=score)


def test_scores_are_of_the_best_thresholds_for_these_answers() -> None:
    assert Judge(metric()).score(LOW, LABELS, 9.0) == 1.0
    assert Judge(metric(), Thresholds(method="fixed", value=0.5)).score(LOW, LABELS, 9.0) == 0.5


def test_exclusive_behaviours_need_no_thresholds() -> None:
    probabilities = np.array([[0.6, 0.3], [0.2, 0.7], [0.1, 0.1]], dtype=np.float32)
    labels = np.array([[1, 0], [0, 1], [0, 0]], dtype=np.int8)
    assert Judge(metric(), exclusive=True).score(probabilities, labels, 9.0) == 1.0


def test_without_a_metric_the_loss_decides() -> None:
    judge = Judge()
    assert (judge.name, judge.goal, judge.score(LOW, LABELS, 0.25)) == ("loss", "min", 0.25)


@pytest.mark.parametrize(("goal", "better"), [("max", 0.6), ("min", 0.4)])
def test_the_metric_says_whether_more_or_less_is_better(goal: Any, better: float) -> None:
    judge = Judge(metric(goal))
    assert judge.is_better(better, 0.5)
    assert not judge.is_better(0.5, better)
    assert not judge.is_better(0.5, 0.5)


def test_anything_defined_is_better_than_nothing_and_nothing_undefined_is_better() -> None:
    judge = Judge(metric())
    assert judge.is_better(0.0, None)
    assert not judge.is_better(math.nan, None)
    assert not judge.is_better(math.nan, 0.1)
