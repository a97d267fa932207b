"""The time axis of a recording, against which seconds become frames.

Axes: T frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SNAP = 1e-3
"""Share of a frame by which written seconds may miss the frame they mean: files round n / rate to a few digits."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """When each frame of a recording was taken.

    Attributes:
        name: Stem of the recording's file name, by which files with several recordings are searched.
        times_s: Time of each frame since the first, in seconds, rising; shape (T,), float64.
        frames_per_second: Mean rate, Hz.
    """

    name: str
    times_s: NDArray[np.float64]
    frames_per_second: float

    @classmethod
    def regular(cls, name: str, n_frames: int, frames_per_second: float) -> Timeline:
        """A timeline of evenly spaced frames."""
        return cls(name, np.arange(n_frames, dtype=np.float64) / frames_per_second, frames_per_second)

    @property
    def n_frames(self) -> int:
        """Frames in the recording."""
        return len(self.times_s)

    def frame_at(self, seconds: float) -> int:
        """The first frame taken at or after a time; `n_frames` where there is none."""
        slack = _SNAP / self.frames_per_second
        return int(np.searchsorted(self.times_s, seconds - slack, side="left"))

    def span_of(self, start_s: float, stop_s: float) -> tuple[int, int]:
        """Frames of the half-open stretch of time [start_s, stop_s)."""
        return self.frame_at(start_s), self.frame_at(stop_s)

    def time_at(self, frame: int) -> float:
        """When a frame begins, seconds; for the frame after the last, when the last one ends."""
        if frame < self.n_frames:
            return float(self.times_s[frame])
        last = float(self.times_s[-1]) if self.n_frames else 0.0
        return last + (frame - self.n_frames + 1) / self.frames_per_second
