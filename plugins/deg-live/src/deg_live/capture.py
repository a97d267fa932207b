"""What comes from a camera: one frame, and when it came.

Axes: H, W.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Capture:
    """A frame of the recording.

    Attributes:
        frame: Its index in the recording, from 0.
        time_s: When it was taken, since the first, seconds.
        captured_s: When it came, on the clock that latencies are measured with, seconds.
        picture: RGB, 0..255; shape (H, W, 3), uint8; None where it was dropped before anybody looked at it.
    """

    frame: int
    time_s: float
    captured_s: float
    picture: NDArray[np.uint8] | None

    def without_picture(self) -> Capture:
        """What remains of it when it is dropped."""
        return replace(self, picture=None)
