"""Two thresholds: a bout has to reach the one somewhere, and goes on as far as the other is reached.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.api import FrameDecisions, find_runs
from deg_plugins_scoring.settings import HysteresisSettings

Present = NDArray[np.bool_]


def apply_hysteresis(settings: HysteresisSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> Present:
    """Keep bouts that are sure somewhere, as far as they stay likely. See `deg_core.api.PostProcessorPlugin`.

    The odds of the two thresholds lie as far above and below those of the one that was chosen. Where behaviours exclude
    each other there is none: the likeliest behaviour's odds against `none` take its place.
    """
    del learned
    ratio = settings.odds_ratio
    if frames.exclusive:
        sure, likely = (_likeliest(frames.probabilities, factor) for factor in (ratio, 1 / ratio))
    else:
        sure, likely = (frames.probabilities >= _moved(frames.thresholds, factor) for factor in (ratio, 1 / ratio))
    kept = np.zeros_like(likely)
    for column in range(kept.shape[1]):
        n_sure = np.concatenate([[0], np.cumsum(sure[:, column])])
        for start, stop in find_runs(likely[:, column]):
            kept[start:stop, column] = n_sure[stop] > n_sure[start]
    return kept


def _moved(thresholds: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Thresholds (K,) of `factor` times the odds."""
    exact = thresholds.astype(np.float64)
    moved: NDArray[np.float32] = (factor * exact / (1 - exact + factor * exact)).astype(np.float32)
    return moved


def _likeliest(shares: NDArray[np.float32], factor: float) -> Present:
    """The likeliest behaviour of each frame, where it exceeds `factor` times the share of none; shape (T, K)."""
    likely = np.zeros(shares.shape, dtype=np.bool_)
    none = 1 - shares.sum(axis=1)
    likely[np.arange(len(shares)), shares.argmax(axis=1)] = shares.max(axis=1) > factor * none
    return likely
