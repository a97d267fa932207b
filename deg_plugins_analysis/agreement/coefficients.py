"""Coefficients of agreement from counts. What is not defined is NaN, never 1 and never 0.

All take counts with any leading axes, so that many draws of recordings are scored at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Scores = NDArray[np.float64]


def cohens_kappa(tables: Counts) -> Scores:
    """Cohen's kappa of two raters.

    Args:
        tables: Frames by what the first (rows) and the second (columns) said; shape (..., C, C).

    Returns:
        At most 1; NaN where both used one and the same category throughout; shape (...).
    """
    total = tables.sum(axis=(-2, -1)).astype(np.float64)
    seen = np.trace(tables, axis1=-2, axis2=-1).astype(np.float64)
    rows, columns = (tables.sum(axis=axis).astype(np.float64) for axis in (-1, -2))
    by_chance = (rows * columns).sum(axis=-1)
    return _divide(seen * total - by_chance, total * total - by_chance)


def f1(tables: Counts) -> Scores:
    """F1 of one rater against the other, whichever is taken as the truth.

    Args:
        tables: [absent, present] by [absent, present]; shape (..., 2, 2).

    Returns:
        0..1; NaN where neither saw the behaviour; shape (...).
    """
    both, either = tables[..., 1, 1], tables[..., 1, 0] + tables[..., 0, 1]
    return _divide(2.0 * both, 2.0 * both + either)


def accuracy(tables: Counts) -> Scores:
    """Share of frames about which two raters say the same; NaN where there are none; shape (...)."""
    seen = np.trace(tables, axis1=-2, axis2=-1).astype(np.float64)
    return _divide(seen, tables.sum(axis=(-2, -1)).astype(np.float64))


def fleiss_kappa(counts: Counts) -> Scores:
    """Fleiss' kappa of all raters on frames that all of them scored.

    Args:
        counts: Frames by how many raters saw the behaviour and how many looked; shape (..., R + 1, R + 1).

    Returns:
        At most 1; NaN where all raters said the same throughout, or where there is no such frame; shape (...).
    """
    n_raters = counts.shape[-1] - 1
    frames = counts[..., n_raters].astype(np.float64)
    seen = np.arange(n_raters + 1)
    n_frames = frames.sum(axis=-1)
    pairs = n_raters * (n_raters - 1)
    agreed = _divide(
        (frames * (seen * (seen - 1) + (n_raters - seen) * (n_raters - seen - 1))).sum(axis=-1), n_frames * pairs
    )
    share = _divide((frames * seen).sum(axis=-1), n_frames * n_raters)
    by_chance = share**2 + (1 - share) ** 2
    return _divide(agreed - by_chance, 1 - by_chance)


def krippendorff_alpha(counts: Counts) -> Scores:
    """Krippendorff's alpha for nominal data; raters may have scored different frames.

    Args:
        counts: Frames by how many raters saw the behaviour and how many looked; shape (..., R + 1, R + 1).

    Returns:
        At most 1; NaN where all raters said the same throughout; shape (...).
    """
    side = counts.shape[-1]
    seen, looked = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    weight = np.where(looked > 1, 1.0 / np.maximum(looked - 1, 1), 0.0)
    disagreed = (counts * weight * seen * (looked - seen)).sum(axis=(-2, -1))
    usable = np.where(looked > 1, 1, 0)
    n_present = (counts * usable * seen).sum(axis=(-2, -1)).astype(np.float64)
    n_absent = (counts * usable * (looked - seen)).sum(axis=(-2, -1)).astype(np.float64)
    total = n_present + n_absent
    return 1 - _divide(disagreed * (total - 1), n_present * n_absent)


def _divide(part: NDArray[np.floating[Any]], whole: NDArray[np.floating[Any]]) -> Scores:
    """A quotient that is NaN where there is nothing to divide by, up to rounding."""
    above, below = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 1e-12)
    return result


def mean_defined(scores: Scores, axis: int | tuple[int, ...]) -> Scores:
    """Mean of what is defined; NaN where nothing is."""
    known = np.isfinite(scores)
    return _divide(np.where(known, scores, 0.0).sum(axis=axis), known.sum(axis=axis).astype(np.float64))
