"""Chooses the least probability that counts as present, on data that the model was not trained on.

Axes: T frames, K behaviours, F labelled frames of one behaviour, H thresholds that are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deg_core.data.thresholds import from_strict_thresholds

if TYPE_CHECKING:
    from deg_core.project.manifest import Thresholds

Counts = NDArray[np.int64]
Rate = Callable[[Counts, Counts, int, int], NDArray[np.float64]]
"""Scores from hits and frames claimed at each threshold, both (H,), and from frames with and without the behaviour."""


def choose_thresholds(
    probabilities: NDArray[np.float32], labels: NDArray[np.int8], settings: Thresholds
) -> NDArray[np.float32]:
    """Choose a threshold for each behaviour.

    Args:
        probabilities: Of validation frames; shape (T, K), 0..1.
        labels: 1, 0, or -1 where not labelled, which does not count; shape (T, K).
        settings: The method, and the value for behaviours that these frames cannot tell about.

    Returns:
        Shape (K,), 0..1.
    """
    if settings.method == "fixed":
        return np.full(labels.shape[1], settings.value, dtype=np.float32)
    columns = zip(probabilities.T, labels.T, strict=True)
    return np.array([_choose(p[marks >= 0], marks[marks >= 0] == 1, settings) for p, marks in columns], np.float32)


def _choose(probabilities: NDArray[np.float32], positive: NDArray[np.bool_], settings: Thresholds) -> float:
    """The threshold of one behaviour from its labelled frames, both (F,)."""
    rate = _informedness if settings.method.endswith("informedness") else _f_score(settings.beta)
    if settings.method.startswith("deepethogram"):
        rate = rate if rate is _informedness else _f_score(1.0)
        return _best_on_grid(probabilities, positive, rate) if len(positive) else settings.value
    if positive.all() or not positive.any():
        return settings.value
    return _best_of_all(probabilities, positive, rate)


def _f_score(beta: float) -> Rate:
    def rate(hits: Counts, claimed: Counts, n_with: int, n_without: int) -> NDArray[np.float64]:
        del n_without
        scores: NDArray[np.float64] = (
            (1 + beta**2) * hits / np.maximum(beta**2 * n_with + claimed, np.finfo(np.float64).tiny)
        )
        return scores

    return rate


def _informedness(hits: Counts, claimed: Counts, n_with: int, n_without: int) -> NDArray[np.float64]:
    """Share of frames with the behaviour that are found, and of those without it that are left alone, less 1."""
    return hits / max(n_with, 1) + (n_without - (claimed - hits)) / max(n_without, 1) - 1


def _best_of_all(probabilities: NDArray[np.float32], positive: NDArray[np.bool_], rate: Rate) -> float:
    """The best of all thresholds, half-way to the next lower probability, where it is least by chance."""
    order = np.argsort(-probabilities, kind="stable")
    ranked, hits = probabilities[order], np.cumsum(positive[order], dtype=np.int64)
    n_with = int(hits[-1])
    scores = rate(hits, np.arange(1, len(ranked) + 1), n_with, len(ranked) - n_with)
    last_of_equals = np.append(ranked[1:] != ranked[:-1], [True])
    best = int(np.argmax(np.where(last_of_equals, scores, -np.inf)))
    below = ranked[best + 1] if best + 1 < len(ranked) else np.float32(0)
    # Between neighbouring floats there is no half-way: rounded down it would let the lower one in.
    return float(max(below + (ranked[best] - below) / 2, np.nextafter(below, ranked[best])))


def _best_on_grid(probabilities: NDArray[np.float32], positive: NDArray[np.bool_], rate: Rate) -> float:
    """DeepEthogram's choice (Bohnslav et al., eLife 2021), as the least probability that it would let in.

    The first of the best among 200 thresholds that have to be exceeded; at least 0.01; and 0.5 where even the best
    scores below 0.05.
    """
    grid = np.linspace(1e-4, 1, 200, dtype=np.float32)
    hits, claimed = (_n_above(p, grid) for p in (probabilities[positive], probabilities))
    n_with = int(positive.sum())
    scores = rate(hits, claimed, n_with, len(positive) - n_with)
    threshold = max(grid[np.argmax(scores)], np.float32(0.01)) if scores.max() >= 0.05 else 0.5
    return float(from_strict_thresholds(threshold))


def _n_above(probabilities: NDArray[np.float32], grid: NDArray[np.float32]) -> Counts:
    """How many probabilities exceed each value of a grid (H,)."""
    return len(probabilities) - np.searchsorted(np.sort(probabilities), grid, side="right")
