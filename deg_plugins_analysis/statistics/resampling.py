"""Intervals by drawing animals anew, and tests by dealing them out anew.

Axes: A animals, L groups, B draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from math import comb, nan

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_EXACT = 20_000
"""Up to so many ways of dealing out, all are tried; else some by chance."""
_EQUAL = 1e-9
"""Differences of this share of the largest are rounding."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile interval; NaN where there are fewer than two animals."""

    low: float
    high: float


UNKNOWN = Interval(nan, nan)


def mean_interval(values: Values, random: np.random.Generator, n: int, confidence: float) -> Interval:
    """Interval of a mean.

    Args:
        values: One per animal, finite; shape (A,).
        random: Source of chance.
        n: Draws of as many animals, with replacement.
        confidence: Such as 0.95.
    """
    if len(values) < 2:
        return UNKNOWN
    return _percentiles(_drawn_means(values, random, n), confidence)


def difference_interval(one: Values, other: Values, random: np.random.Generator, n: int, confidence: float) -> Interval:
    """Interval of the mean of `other` less that of `one`, animals of each drawn anew."""
    if min(len(one), len(other)) < 2:
        return UNKNOWN
    return _percentiles(_drawn_means(other, random, n) - _drawn_means(one, random, n), confidence)


def _drawn_means(values: Values, random: np.random.Generator, n: int) -> Values:
    means: Values = values[random.integers(0, len(values), (n, len(values)))].mean(axis=1)
    return means


def _percentiles(draws: Values, confidence: float) -> Interval:
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Interval(float(low), float(high))


@dataclass(frozen=True, slots=True)
class Permuted:
    """A permutation test.

    Attributes:
        p: Two-sided for a difference of two groups.
        least_p: The smallest p that so few animals could give.
        is_exact: Whether all ways of dealing out were tried.
    """

    p: float
    least_p: float
    is_exact: bool


def deal_two(one: Values, other: Values, random: np.random.Generator, n: int) -> Permuted:
    """Deal animals out to two groups of the same sizes; statistic: difference of the means.

    Args:
        one: One value per animal; shape (A1,).
        other: Of other animals; shape (A2,).
        random: Source of chance.
        n: Ways tried where there are too many to try all.
    """
    pooled, size = np.concatenate([one, other]), len(one)
    n_ways = comb(len(pooled), size)
    is_exact = n_ways <= _EXACT
    if is_exact:
        chosen = np.array(list(combinations(range(len(pooled)), size)))
    else:
        chosen = np.argsort(random.random((n, len(pooled))), axis=1)[:, :size]
    sums = pooled[chosen].sum(axis=1)
    statistic = np.abs((pooled.sum() - sums) / len(other) - sums / size)
    seen = abs(float(other.mean() - one.mean()))
    halves = 2 if len(one) == len(other) else 1  # swapping the groups gives the same difference
    return _result(statistic, seen, n_ways, is_exact=is_exact, least=halves / n_ways)


def flip_signs(differences: Values, random: np.random.Generator, n: int) -> Permuted:
    """Turn the sign of each animal's difference; statistic: their mean; differences have shape (A,)."""
    size = len(differences)
    is_exact = 2**size <= _EXACT
    signs = np.array(list(product((1, -1), repeat=size))) if is_exact else random.choice((1, -1), (n, size))
    statistic = np.abs((signs * differences).mean(axis=1))
    return _result(statistic, abs(float(differences.mean())), 2**size, is_exact=is_exact, least=2 / 2**size)


def deal_many(groups: Sequence[Values], random: np.random.Generator, n: int) -> Permuted:
    """Deal animals out to several groups; statistic: sum of squares between groups, as F would order them."""
    pooled = np.concatenate(groups)
    sizes = [len(each) for each in groups]
    edges = np.cumsum([0, *sizes])
    dealt = pooled[np.argsort(random.random((n, len(pooled))), axis=1)]
    means = np.stack([dealt[:, a:b].mean(axis=1) for a, b in pairwise(edges)], axis=1)
    statistic = ((means - pooled.mean()) ** 2 * sizes).sum(axis=1)
    seen = sum(len(each) * float(each.mean() - pooled.mean()) ** 2 for each in groups)
    return _result(statistic, seen, n, is_exact=False, least=1 / (n + 1))


def deal_within(values_AL: Values, random: np.random.Generator, n: int) -> Permuted:
    """Deal each animal's values out to the groups anew; statistic: sum of squares of the groups' means."""
    dealt_BAL = random.permuted(np.tile(values_AL, (n, 1, 1)), axis=2)
    centre = values_AL.mean()
    statistic = ((dealt_BAL.mean(axis=1) - centre) ** 2).sum(axis=1)
    seen = float(((values_AL.mean(axis=0) - centre) ** 2).sum())
    return _result(statistic, seen, n, is_exact=False, least=1 / (n + 1))


def _result(statistic: Values, seen: float, n_ways: int, *, is_exact: bool, least: float) -> Permuted:
    slack = _EQUAL * max(float(statistic.max()), abs(seen))
    as_large = int((statistic >= seen - slack).sum())
    p = as_large / len(statistic) if is_exact else (as_large + 1) / (len(statistic) + 1)
    return Permuted(p, max(least, 1 / n_ways if is_exact else 1 / (len(statistic) + 1)), is_exact)
