"""Reads frames from an array that NumPy saved.

Axes: T frames, H, W.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import VideoError
from numpy.typing import NDArray


class ArrayVideo:
    """An open video; see `deg_core.api.VideoReader`.

    Args:
        path: A `.npy` file; RGB, 0..255, shape (T, H, W, 3), uint8.
        frames_per_second: Rate, Hz.

    Raises:
        VideoError: It is missing, or holds something else.
    """

    def __init__(self, path: Path, frames_per_second: float) -> None:
        self._path = path
        self.n_frames = len(self._frames())
        self.frames_per_second = frames_per_second

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; RGB, 0..255, shape (stop - start, H, W, 3)."""
        if not 0 <= start < stop <= self.n_frames:
            raise VideoError(
                f"frames {start} to {stop} are not in it", where=str(self._path), fix=f"it has {self.n_frames}"
            )
        return np.array(self._frames()[start:stop])

    def close(self) -> None:
        """Nothing is kept open between calls, so that the reader can be pickled at any time."""

    def _frames(self) -> NDArray[np.uint8]:
        """All frames, mapped and not loaded."""
        try:
            frames: NDArray[np.uint8] = np.load(self._path, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise VideoError(f"not a saved array: {error}", where=str(self._path), fix="save it again") from None
        if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3:
            problem = f"an array of {frames.dtype} {frames.shape}"
            raise VideoError(problem, where=str(self._path), fix="save (T, H, W, 3) as uint8")
        return frames
