"""Lets the majority of the frames around each one decide.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.api import FrameDecisions
from deg_plugins_scoring.settings import MedianSettings


def apply_median(settings: MedianSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
    """Take the median over a window. See `deg_core.api.PostProcessorPlugin`.

    The same as thresholds on the median of the probabilities. At the ends of the recording its first and last frame
    stand in for what lies beyond.
    """
    del learned
    half = settings.frames // 2
    present = frames.present
    if not half or not len(present):
        return np.array(present)
    summed = np.cumsum(np.pad(present.astype(np.int64), ((half + 1, half), (0, 0)), mode="edge"), axis=0)
    majority: NDArray[np.bool_] = summed[settings.frames :] - summed[: -settings.frames] > half
    return majority
