"""How large a difference is, in numbers without a unit. What is not defined is NaN."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def hedges_g(one: Values, other: Values) -> float:
    """Difference of the means in pooled standard deviations, corrected for few animals; each of shape (A,)."""
    n = len(one) + len(other)
    if min(len(one), len(other)) < 2:
        return nan
    pooled = np.sqrt(((len(one) - 1) * one.var(ddof=1) + (len(other) - 1) * other.var(ddof=1)) / (n - 2))
    if not pooled:
        return nan
    return float((other.mean() - one.mean()) / pooled * (1 - 3 / (4 * (n - 2) - 1)))


def cliffs_delta(one: Values, other: Values) -> float:
    """How much oftener an animal of `other` exceeds one of `one` than the reverse, -1..1; each of shape (A,)."""
    if not len(one) or not len(other):
        return nan
    return float(np.sign(other[:, None] - one[None, :]).mean())


def cohens_dz(differences: Values) -> float:
    """Mean of paired differences in their standard deviations; shape (A,)."""
    if len(differences) < 2 or not differences.std(ddof=1):
        return nan
    return float(differences.mean() / differences.std(ddof=1))


def eta_squared(groups: Sequence[Values]) -> float:
    """Share of the variance between animals that is between groups, 0..1."""
    pooled = np.concatenate(groups)
    total = float(((pooled - pooled.mean()) ** 2).sum())
    between = sum(len(each) * float(each.mean() - pooled.mean()) ** 2 for each in groups)
    return between / total if total else nan


def partial_eta_squared(values_AL: Values) -> float:
    """Share of the variance within animals that is between groups, 0..1; shape (A, L)."""
    within = values_AL - values_AL.mean(axis=1, keepdims=True)
    total = float((within**2).sum())
    between = len(values_AL) * float((within.mean(axis=0) ** 2).sum())
    return between / total if total else nan
