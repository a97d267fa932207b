"""Frame times from the time stamps of a file.

Axes: T frames.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import VideoError
from numpy.typing import NDArray


def frame_times(
    stamps_s: NDArray[np.float64], frames_per_second: float | None, path: Path
) -> tuple[NDArray[np.float64], float]:
    """Times since the first frame, and the mean rate.

    Args:
        stamps_s: When each frame was taken, seconds since any moment; shape (T,), T >= 1.
        frames_per_second: Rate, Hz, for stamps that are of no use; None to refuse those.
        path: Of the file, for messages.

    Returns:
        Seconds since the first frame, rising, shape (T,), and Hz.

    Raises:
        VideoError: The stamps are of no use, and there is no rate.
    """
    problem = _problem(stamps_s)
    if problem is None:
        since_first = stamps_s - stamps_s[0]
        return since_first, float((len(since_first) - 1) / since_first[-1])
    if frames_per_second is None:
        raise VideoError(problem, where=str(path), fix="give the rate with the reader's setting `frames_per_second`")
    return np.arange(len(stamps_s), dtype=np.float64) / frames_per_second, frames_per_second


def _problem(stamps_s: NDArray[np.float64]) -> str | None:
    """Why stamps are of no use; None for sound ones."""
    if len(stamps_s) < 2:
        return "a single frame does not say how many there are per second"
    broken = ~np.isfinite(stamps_s)
    if broken.any():
        return f"the time stamp of frame {int(broken.argmax())} is no number"
    backwards = np.diff(stamps_s) <= 0
    if backwards.any():
        frame = int(backwards.argmax()) + 1
        return f"the time stamp of frame {frame} ({stamps_s[frame]:.6f} s) is not after that of the frame before"
    return None
