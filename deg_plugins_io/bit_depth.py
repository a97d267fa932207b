"""How pictures of more than 8 bits become pictures of 8: by one rule for all frames, never each frame by itself.

A scale chosen from each frame would turn a passing shadow into a change of everything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def to_8_bits(pictures: NDArray[np.uint16], bit_depth: int) -> NDArray[np.uint8]:
    """Keep the upper 8 bits.

    Args:
        pictures: 0..2**bit_depth - 1, any shape; what is above becomes white.
        bit_depth: Bits that are filled, 8..16.

    Returns:
        0..255, the same shape, a new array.
    """
    kept: NDArray[np.uint8] = np.minimum(pictures >> (bit_depth - 8), 255).astype(np.uint8)
    return kept
