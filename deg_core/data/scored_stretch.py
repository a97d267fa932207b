"""What is scored: predictions for a stretch of a recording beside its labels.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ScoredStretch:
    """What was predicted for a stretch of a recording, and what a person says.

    Attributes:
        recording: Its name.
        probabilities: 0..1; shape (T, K), float32.
        present: What was decided; shape (T, K), bool.
        labels: 1, 0, or -1 where not labelled; shape (T, K), int8.
        frames_per_second: Mean rate, Hz; not positive where unknown.
    """

    recording: str
    probabilities: NDArray[np.float32]
    present: NDArray[np.bool_]
    labels: NDArray[np.int8]
    frames_per_second: float
