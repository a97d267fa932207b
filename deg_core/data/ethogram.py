"""The ethogram: which behaviours are present in each frame.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_core.data.bouts import Bout, find_runs


@dataclass(frozen=True, slots=True)
class Ethogram:
    """Which behaviours are present in each frame of a recording.

    Attributes:
        present: True where a behaviour is present; shape (T, K).
        behaviours: Their names, in the order of the columns; never `background`.
        frames_per_second: Mean frame rate of the recording, Hz.
    """

    present: NDArray[np.bool_]
    behaviours: tuple[str, ...]
    frames_per_second: float

    def __post_init__(self) -> None:
        if self.present.ndim != 2 or self.present.shape[1] != len(self.behaviours):
            raise ValueError(f"present has shape {self.present.shape} for {len(self.behaviours)} behaviours")
        if self.present.dtype != np.bool_:
            raise TypeError(f"present has dtype {self.present.dtype}, not bool")

    def background(self) -> NDArray[np.bool_]:
        """True where no behaviour is present; shape (T,)."""
        return np.asarray(~self.present.any(axis=1))

    def bouts(self) -> list[Bout]:
        """Every bout, behaviour by behaviour and in order of time."""
        return [
            Bout(behaviour, int(start), int(stop))
            for behaviour, column in zip(self.behaviours, self.present.T, strict=True)
            for start, stop in find_runs(column)
        ]
