"""Decides which behaviours are present in each frame by itself.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def decide(probabilities: NDArray[np.float32], thresholds: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Decide which behaviours are present.

    Args:
        probabilities: Probability of each behaviour in each frame; shape (T, K), 0..1.
        thresholds: Least probability that counts as present, one per behaviour; shape (K,), 0..1.

    Returns:
        True where a behaviour is present; shape (T, K), a new array.
    """
    return np.asarray(probabilities >= thresholds)


def decide_exclusive(probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Decide where behaviours exclude each other: the likeliest, or none if that is likelier still.

    Args:
        probabilities: Shares of each behaviour; shape (T, K), 0..1. What is missing to 1 is the share of none.

    Returns:
        At most one True in each row; shape (T, K), a new array.
    """
    likeliest = probabilities.argmax(axis=1)
    share = probabilities.max(axis=1)
    present = np.zeros(probabilities.shape, dtype=np.bool_)
    present[np.arange(len(present)), likeliest] = share > 1 - probabilities.sum(axis=1)
    return present
