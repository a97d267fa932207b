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
from deg_core.evaluation.intervals import draw_units, interval_of, thinned_frames
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
    units: NDArray[np.int64] | None = None,
    n_resamples: int = 0,
) -> Report:
    """Score predictions.

    Args:
        probabilities: 0..1; shape (T, K).
        present: What was decided; shape (T, K).
        labels: 1, 0, or -1 where not labelled; shape (T, K).
        behaviours: Names of the columns.
        metrics: What to compute.
        seed: For the shuffles that show chance, and the resamples.
        units: What each frame is drawn with, from 0, for intervals; shape (T,). None: there are none.
        n_resamples: How often units are drawn.

    Returns:
        Scores; None where undefined, as for a behaviour that never happens in these frames.
    """
    rng = np.random.default_rng(seed)
    shifts = [_shift(len(labels), rng) for _ in range(_SHUFFLES)]
    resamples = None if units is None or not n_resamples else _Resamples(units, n_resamples, rng)
    cards = {}
    for metric in metrics:
        score = metric.score(probabilities, present, labels)
        by_chance = [metric.score(probabilities[order], present[order], labels) for order in shifts]
        again = [] if resamples is None else resamples.scores(metric, probabilities, present, labels)
        cards[metric.name] = _card(metric, score, by_chance, behaviours, again)
    return Report(counts=_counts(labels, behaviours), scores=cards, n_frames=len(labels))


class _Resamples:
    """Frames with whole units drawn anew; a draw that comes twice is scored once."""

    def __init__(self, units: NDArray[np.int64], n_resamples: int, rng: np.random.Generator) -> None:
        frames = thinned_frames(units)
        draws = draw_units(len(frames), n_resamples, rng)
        distinct, self._which = np.unique(draws, axis=0, return_inverse=True)
        self._frames = [np.concatenate([frames[unit] for unit in draw]) for draw in distinct]

    def scores(
        self,
        metric: MetricPlugin[Any],
        probabilities: NDArray[np.float32],
        present: NDArray[np.bool_],
        labels: NDArray[np.int8],
    ) -> list[Score]:
        """Of every draw."""
        scores = [metric.score(probabilities[each], present[each], labels[each]) for each in self._frames]
        return [scores[index] for index in self._which.ravel()]


def _shift(n_frames: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Turn the recording round, which keeps bouts and base rates but not their times."""
    if n_frames < 2:
        return np.arange(n_frames)
    return np.roll(np.arange(n_frames), int(rng.integers(1, n_frames)))


def _card(
    metric: MetricPlugin[Any], score: Score, chance: Sequence[Score], behaviours: Sequence[str], again: Sequence[Score]
) -> ScoreCard:
    per_chance = np.array([one.per_behaviour for one in chance], dtype=float)
    drawn = np.array([one.per_behaviour for one in again], dtype=float).reshape(-1, len(behaviours))
    return ScoreCard(
        goal=metric.goal,
        overall=_defined(score.overall),
        chance_overall=_defined(_mean(np.array([one.overall for one in chance]))),
        per_behaviour={b: _defined(v) for b, v in zip(behaviours, score.per_behaviour, strict=True)},
        chance={b: _defined(_mean(column)) for b, column in zip(behaviours, per_chance.T, strict=True)},
        overall_interval=interval_of(np.array([one.overall for one in again], dtype=float)),
        interval={b: interval_of(column) for b, column in zip(behaviours, drawn.T, strict=True)},
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
