"""A source that does what a test says."""

from __future__ import annotations

import numpy as np


class Scripted:
    """Gives what a test says: pictures with their times, or an error."""

    name, frames_per_second = "camera 0", 30.0

    def __init__(self, steps: list[tuple[float, np.ndarray] | Exception]) -> None:
        self._steps, self.closed = list(steps), False

    def read(self) -> tuple[float, np.ndarray] | None:
        if not self._steps:
            return None
        step = self._steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed = True


def pictures(times_s: list[float], size: tuple[int, int] = (4, 6)) -> list[tuple[float, np.ndarray] | Exception]:
    return [(time_s, np.zeros((*size, 3), dtype=np.uint8)) for time_s in times_s]
