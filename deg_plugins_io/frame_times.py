"""When the frames of a video were taken, and at what rate.

Axes: T frames.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def regular_times(n_frames: int, frames_per_second: float) -> NDArray[np.float64]:
    """Times of evenly spaced frames, seconds since the first; shape (T,)."""
    return np.arange(n_frames, dtype=np.float64) / frames_per_second


def settle_times(
    stamps_s: NDArray[np.float64], tick_s: float, stated_rates: Iterable[float]
) -> tuple[NDArray[np.float64], float] | None:
    """Tell an even rate, written down coarsely, from a variable one.

    Args:
        stamps_s: When each frame was taken, as the file says; shape (T,), rising, T >= 1.
        tick_s: The finest step that the file's clock can tell.
        stated_rates: Rates that the file claims, Hz, the most trustworthy first.

    Returns:
        Times since the first frame in seconds, shape (T,), and the mean rate in Hz. Where frames are as evenly spaced
        as the clock can tell, the times are exact multiples of the stated rate. None for a single frame without a rate.
    """
    since_first = stamps_s - stamps_s[0]
    for rate in stated_rates:
        times_s = regular_times(len(since_first), rate)
        # Under half a frame, so that a dropped frame shows even where the clock ticks once a frame, as in avi.
        if np.abs(times_s - since_first).max() <= min(1.01 * tick_s, 0.45 / rate):
            return times_s, rate
    if len(since_first) < 2:
        return None
    return since_first, float((len(since_first) - 1) / since_first[-1])
