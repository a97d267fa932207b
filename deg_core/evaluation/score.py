"""Scores predictions with every metric of a project, beside chance.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.data.labels import count_labels
from deg_core.descriptors import MetricPlugin
from deg_core.evaluation.report import BehaviourCount, Report, ScoreCard
from deg_core.interfaces import Score

_SHUFFLES = 20


def score_predictions(
    probabilities: NDArray[np.float32],
    present: NDArray[np.bool_],
    labels: NDArray[np.int8],
    behaviours: Sequence[str],
    metrics: Sequence[MetricPlugin[Any]],
    seed: int,
) -> Report:
    """Score predictions.

    Args:
        probabilities: 0..1; shape (T, K).
        present: What was decided; shape (T, K).
        labels: 1, 0, or -1 where not labelled; shape (T, K).
        behaviours: Names of the columns.
        metrics: What to compute.
        seed: For the shuffles that show chance.

    Returns:
        Scores; None where undefined, as for a behaviour that never happens in these frames.
    """
    rng = np.random.default_rng(seed)
    shifts = [_shift(len(labels), rng) for _ in range(_SHUFFLES)]
    cards = {}
    for metric in metrics:
        score = metric.score(probabilities, present, labels)
        by_chance = [metric.score(probabilities[order], present[order], labels) for order in shifts]
        cards[metric.name] = _card(metric, score, by_chance, behaviours)
    return Report(counts=_counts(labels, behaviours), scores=cards, n_frames=len(labels))


def _shift(n_frames: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Turn the recording round, which keeps bouts and base rates but not their times."""
    if n_frames < 2:
        return np.arange(n_frames)
    return np.roll(np.arange(n_frames), int(rng.integers(1, n_frames)))


def _card(metric: MetricPlugin[Any], score: Score, chance: Sequence[Score], behaviours: Sequence[str]) -> ScoreCard:
    per_chance = np.array([one.per_behaviour for one in chance], dtype=float)
    return ScoreCard(
        goal=metric.goal,
        overall=_defined(score.overall),
        chance_overall=_defined(_mean(np.array([one.overall for one in chance]))),
        per_behaviour={b: _defined(v) for b, v in zip(behaviours, score.per_behaviour, strict=True)},
        chance={b: _defined(_mean(column)) for b, column in zip(behaviours, per_chance.T, strict=True)},
    )


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


def _defined(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _counts(labels: NDArray[np.int8], behaviours: Sequence[str]) -> dict[str, BehaviourCount]:
    counts = count_labels(labels)
    return {
        name: BehaviourCount(labelled=int(row.sum()), present=int(row[1]))
        for name, row in zip(behaviours, counts, strict=True)
    }
