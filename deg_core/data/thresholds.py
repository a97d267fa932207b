"""What a threshold means.

Axes: K behaviours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def from_strict_thresholds(thresholds: ArrayLike) -> NDArray[np.float32]:
    """Turn thresholds that a probability must exceed into deg's, which it must reach.

    DeepEthogram decides with `probability > threshold`, deg with `probability >= threshold`. Both decide alike on every
    float32 probability when deg's threshold is the next float32 above the other's; whoever brings thresholds from
    there needs this.

    Args:
        thresholds: Probabilities that must be exceeded; shape (K,), 0..1.

    Returns:
        Least probabilities that count as present; shape (K,), float32, a new array.
    """
    above: NDArray[np.float32] = np.nextafter(np.asarray(thresholds, dtype=np.float32), np.float32(2))
    return above
