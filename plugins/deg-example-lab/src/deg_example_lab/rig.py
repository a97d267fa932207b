"""Raw video of our rig: a header of 16 bytes, then frames.

Axes: H, W of frames.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import VideoError
from numpy.typing import NDArray

HEADER = np.dtype([("letters", "S4"), ("height", "<u4"), ("width", "<u4"), ("rate", "<f4")])


class RigVideo:
    """Nothing is kept open between calls, so it survives pickling, and `close` has nothing to do."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            header = np.fromfile(path, dtype=HEADER, count=1)
        except OSError as error:
            raise self._refusal(str(error)) from None
        if len(header) == 0 or header["letters"][0] != b"RIG1":
            raise self._refusal("its header is not that of a rig")
        self._shape = (int(header["height"][0]), int(header["width"][0]), 3)
        self.n_frames = (path.stat().st_size - HEADER.itemsize) // int(np.prod(self._shape))
        self.frames_per_second = float(header["rate"][0])

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        if not 0 <= start < stop <= self.n_frames:
            raise self._refusal(f"it has {self.n_frames} frames, not {start} to {stop}")
        n_bytes = int(np.prod(self._shape))
        place = HEADER.itemsize + start * n_bytes
        frames = np.fromfile(self._path, dtype=np.uint8, count=(stop - start) * n_bytes, offset=place)
        return frames.reshape(stop - start, *self._shape)

    def close(self) -> None:
        pass

    def _refusal(self, problem: str) -> VideoError:
        return VideoError(problem, where=str(self._path), fix="give a file as the rig wrote it")
