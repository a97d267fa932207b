"""Many comparisons at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Correction = Literal["holm", "bh", "none"]


def corrected(p: NDArray[np.float64], how: Correction) -> NDArray[np.float64]:
    """Correct p-values for their number.

    Args:
        p: 0..1; NaN for what was not tested, which stays NaN and does not count; shape (n,).
        how: `holm` holds the chance of any false finding; `bh` (Benjamini and Hochberg) the share of false findings.

    Returns:
        Corrected p-values, 0..1; shape (n,).
    """
    result = np.array(p, dtype=np.float64)
    tested = np.flatnonzero(np.isfinite(result))
    n = len(tested)
    if how == "none" or n == 0:
        return result
    order = tested[np.argsort(result[tested], kind="stable")]
    if how == "holm":
        steps = np.maximum.accumulate(result[order] * np.arange(n, 0, -1))
    else:
        steps = np.minimum.accumulate((result[order] * n / np.arange(1, n + 1))[::-1])[::-1]
    result[order] = np.minimum(steps, 1.0)
    return result
