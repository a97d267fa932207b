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


def apply_hysteresis(
    settings: HysteresisSettings, learned: Mapping[str, Any], frames: FrameDecisions
) -> NDArray[np.bool_]:
    """Extend what was decided as far as it stays half likely. See `deg_core.api.PostProcessorPlugin`.

    Where behaviours exclude each other there are no thresholds: a bout goes on while it is the likeliest of all
    behaviours, and exceeds the settings' share of the probability of none.
    """
    del learned
    if frames.exclusive:
        lenient = _likeliest(frames.probabilities, settings.release)
    else:
        lenient = frames.probabilities >= np.float32(settings.release) * frames.thresholds
    kept = np.zeros_like(frames.present)
    for column in range(kept.shape[1]):
        decided = np.concatenate([[0], np.cumsum(frames.present[:, column])])
        for start, stop in find_runs(lenient[:, column]):
            kept[start:stop, column] = decided[stop] > decided[start]
    return kept


def _likeliest(shares: NDArray[np.float32], release: float) -> NDArray[np.bool_]:
    """The likeliest behaviour of each frame, where it exceeds a part of the share of none; shape (T, K)."""
    lenient = np.zeros(shares.shape, dtype=np.bool_)
    none = 1 - shares.sum(axis=1)
    lenient[np.arange(len(shares)), shares.argmax(axis=1)] = shares.max(axis=1) > np.float32(release) * none
    return lenient
