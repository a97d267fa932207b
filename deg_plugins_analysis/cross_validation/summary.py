"""Mean and spread over folds, and differences between pipelines on the same folds.

Axes: F folds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.trials.trial import ScoreRow


@dataclass(frozen=True, slots=True)
class FoldSummary:
    """Scores of one metric and behaviour over folds; NaN where no fold has one.

    Attributes:
        behaviour: Of which behaviour; `all` for the mean.
        metric: Which metric.
        n_folds: Folds in which the score is defined.
        mean: Of those.
        spread: Their standard deviation; NaN of a single one.
        lowest: Of those.
        highest: Of those.
        chance: Mean of the same by chance.
    """

    behaviour: str
    metric: str
    n_folds: int
    mean: float
    spread: float
    lowest: float
    highest: float
    chance: float


def summarise_folds(rows: Iterable[ScoreRow]) -> list[FoldSummary]:
    """Sum up over trials, a summary for each behaviour and metric, in the order in which they come."""
    grouped: dict[tuple[str, str], list[ScoreRow]] = {}
    for row in rows:
        grouped.setdefault((row.behaviour, row.metric), []).append(row)
    return [_summary(behaviour, metric, group) for (behaviour, metric), group in grouped.items()]


def _summary(behaviour: str, metric: str, rows: Sequence[ScoreRow]) -> FoldSummary:
    scores = _known(row.score for row in rows)
    chance = _known(row.chance for row in rows)
    if not len(scores):
        return FoldSummary(behaviour, metric, 0, *[math.nan] * 5)
    spread = float(scores.std(ddof=1)) if len(scores) > 1 else math.nan
    by_chance = float(chance.mean()) if len(chance) else math.nan
    low, high = float(scores.min()), float(scores.max())
    return FoldSummary(behaviour, metric, len(scores), float(scores.mean()), spread, low, high, by_chance)


def _known(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([value for value in values if value is not None], dtype=float)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one pipeline is than another, fold by fold; NaN where undefined.

    Attributes:
        behaviour: Of which behaviour; `all` for the mean.
        metric: Which metric.
        n_folds: Folds in which both have a score.
        mean: Mean difference, one less the other.
        low: Lower end of its 95 % interval; NaN with fewer than two folds.
        high: Upper end.
    """

    behaviour: str
    metric: str
    n_folds: int
    mean: float
    low: float
    high: float


def paired_difference(
    one: Sequence[float | None], other: Sequence[float | None], test_per_train: float
) -> tuple[int, float, float, float]:
    """The difference of two pipelines that were scored on the same folds.

    Folds share most of their training frames, so their scores are not independent and a plain paired t interval is too
    narrow. The variance is corrected as by Nadeau and Bengio (2003), "Inference for the generalization error": its
    factor 1/F becomes 1/F + frames tested / frames learned from.

    Args:
        one: Scores by fold; None where undefined.
        other: The other pipeline's, in the same order.
        test_per_train: Frames of the test part, as part of those of the training part.

    Returns:
        Folds in which both have a score, the mean of one less the other, and its 95 % interval; NaN where undefined.
    """
    from scipy.stats import t as student

    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    if not pairs:
        return 0, math.nan, math.nan, math.nan
    differences = np.array([a - b for a, b in pairs])
    n, mean = len(differences), float(differences.mean())
    if n < 2:
        return n, mean, math.nan, math.nan
    error = math.sqrt((1 / n + test_per_train) * float(differences.var(ddof=1)))
    half = float(student.ppf(0.975, n - 1)) * error
    return n, mean, mean - half, mean + half


def differences_between(
    one: Sequence[ScoreRow], other: Sequence[ScoreRow], folds: Sequence[str], test_per_train: float
) -> list[Difference]:
    """Differences of every score that both pipelines have.

    Args:
        one: Scores of a pipeline; its trials are `folds` in name, whatever stands before a slash.
        other: Scores of the pipeline it is compared with.
        folds: Names of the folds.
        test_per_train: See `paired_difference`.
    """
    ours, theirs = _by_fold(one), _by_fold(other)
    found = []
    for behaviour, metric in ours:
        if (behaviour, metric) in theirs:
            a, b = ours[behaviour, metric], theirs[behaviour, metric]
            values = paired_difference([a.get(f) for f in folds], [b.get(f) for f in folds], test_per_train)
            found.append(Difference(behaviour, metric, *values))
    return found


def _by_fold(rows: Iterable[ScoreRow]) -> Mapping[tuple[str, str], Mapping[str, float | None]]:
    found: dict[tuple[str, str], dict[str, float | None]] = {}
    for row in rows:
        found.setdefault((row.behaviour, row.metric), {})[row.trial.rpartition("/")[2]] = row.score
    return found
