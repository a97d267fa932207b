"""Bouts go on through short gaps.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from deg_core.api import FrameDecisions, PluginSettings, find_runs
from numpy.typing import NDArray
from pydantic import Field


class BridgeSettings(PluginSettings):
    """What counts as short."""

    frames: int = Field(default=3, ge=1, description="Longest gap that a bout goes on through.")


def bridge_gaps(settings: BridgeSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
    present_TK = frames.present.copy()
    for k, column_T in enumerate(frames.present.T):
        for start, stop in find_runs(~column_T):
            is_inside = start > 0 and stop < len(column_T)
            if is_inside and stop - start <= settings.frames and not frames.present[start:stop].any():
                present_TK[start:stop, k] = True
    return present_TK
