"""Chooses the least probability that counts as present, on data that the model was not trained on.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from deg_core.project.manifest import Thresholds


def choose_thresholds(
    probabilities: NDArray[np.float32], labels: NDArray[np.int8], settings: Thresholds
) -> NDArray[np.float32]:
    """Choose a threshold for each behaviour.

    Args:
        probabilities: Of validation frames; shape (T, K), 0..1.
        labels: 1, 0, or -1 where not labelled, which does not count; shape (T, K).
        settings: The method, and the value for a behaviour that never or always happens in these frames.

    Returns:
        Shape (K,), 0..1.
    """
    if settings.method == "fixed":
        return np.full(labels.shape[1], settings.value, dtype=np.float32)
    return np.array(
        [
            _best_f1(column[marks >= 0], marks[marks >= 0] == 1, settings.value)
            for column, marks in zip(probabilities.T, labels.T, strict=True)
        ],
        dtype=np.float32,
    )


def _best_f1(probabilities: NDArray[np.float32], positive: NDArray[np.bool_], otherwise: float) -> float:
    """The threshold with the best F1, half-way to the next lower probability, where it is least by chance."""
    if positive.all() or not positive.any():
        return otherwise
    order = np.argsort(-probabilities, kind="stable")
    ranked, hits = probabilities[order], np.cumsum(positive[order])
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + positive.sum())
    last_of_equals = np.append(ranked[1:] != ranked[:-1], [True])
    best = int(np.argmax(np.where(last_of_equals, f1, -1)))
    below = ranked[best + 1] if best + 1 < len(ranked) else np.float32(0)
    # Between neighbouring floats there is no half-way: rounded down it would let the lower one in.
    return float(max(below + (ranked[best] - below) / 2, np.nextafter(below, ranked[best])))
