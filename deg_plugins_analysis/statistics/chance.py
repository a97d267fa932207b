"""Runs of bouts against what the same bouts in another order would give.

Axes: P permutations, G runs of bouts.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError
from deg_plugins_analysis.statistics.correction import Correction, corrected
from deg_plugins_analysis.statistics.order import Order, count_ngrams, has_repeats, shuffled

Group = TypeVar("Group", bound=Hashable)

_MOST_CODES = 20_000
_BLOCK = 5_000_000  # numbers held at once


@dataclass(frozen=True, slots=True)
class Run:
    """How often behaviours followed each other in one order.

    Attributes:
        behaviours: In their order.
        count: How often.
        share: Of all runs that begin with the same behaviour or behaviours, 0..1.
        expected: How often by chance: the mean over shuffled orders of the same bouts.
        ratio: Count over expected; NaN where chance never gives it.
        p: Two-sided, of so large a difference from chance.
        p_corrected: For the number of runs looked at.
        expected_from_pairs: How often, if each bout depended on the one before alone; NaN for pairs.
    """

    behaviours: tuple[str, ...]
    count: int
    share: float
    expected: float
    ratio: float
    p: float
    p_corrected: float
    expected_from_pairs: float


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one length.

    Attributes:
        runs: Those that were seen or could have been.
        repeats: Whether chance, too, let a behaviour come twice in a row.
        n_permutations: Shuffled orders that chance was made of.
    """

    runs: tuple[Run, ...]
    repeats: bool
    n_permutations: int


def runs_against_chance(
    orders_of: Mapping[str, Sequence[Order]],
    groups: Mapping[Group, Sequence[str]],
    behaviours: Sequence[str],
    length: int,
    random: np.random.Generator,
    *,
    n_permutations: int = 1000,
    correction: Correction = "bh",
) -> dict[Group, Runs]:
    """Count runs of bouts, and compare with chance.

    Bouts are shuffled within each sequence, so that chance has the same recordings with as many bouts of each
    behaviour. Where no behaviour ever follows itself, as where all time is scored and behaviours exclude each other,
    chance has no repeats either; else diagonal cells would seem rare and all others frequent.

    Args:
        orders_of: Sequences of bouts of each recording.
        groups: Recordings of each group, in which runs are counted together.
        behaviours: Names of the numbers in sequences.
        length: Bouts of a run; 2 for transitions.
        random: Source of chance.
        n_permutations: Shuffled orders.
        correction: For many runs.

    Raises:
        LabelError: There are too many runs to count.
    """
    n_codes = len(behaviours) ** length
    if n_codes > _MOST_CODES:
        raise LabelError(
            f"{len(behaviours)} behaviours make {n_codes} sequences of {length}",
            where="--sequence",
            fix="choose shorter sequences, or fewer behaviours with --behaviour",
        )
    repeats = has_repeats([order for orders in orders_of.values() for order in orders])
    seen = {group: np.zeros(n_codes, dtype=np.int64) for group in groups}
    chance = {group: np.zeros((n_permutations, n_codes), dtype=np.int64) for group in groups}
    for recording, orders in orders_of.items():
        own = sum(
            (count_ngrams(order[None], length, len(behaviours))[0] for order in orders), np.zeros(n_codes, np.int64)
        )
        drawn = _chance(orders, length, len(behaviours), random, n_permutations, repeats=repeats)
        for group, recordings in groups.items():
            if recording in recordings:
                seen[group] += own
                chance[group] += drawn
    return {
        group: Runs(_compare(seen[group], chance[group], behaviours, length, correction), repeats, n_permutations)
        for group in groups
    }


def _compare(
    seen: NDArray[np.int64],
    chance: NDArray[np.int64],
    behaviours: Sequence[str],
    length: int,
    correction: Correction,
) -> tuple[Run, ...]:
    """Runs that were seen or that chance gave, with what chance says of them."""
    possible = np.flatnonzero((seen > 0) | (chance.max(axis=0, initial=0) > 0))
    p = _two_sided(seen[possible], chance[:, possible])
    expected = chance.mean(axis=0)
    markov = _from_pairs(seen, length, len(behaviours))
    heads = seen.reshape(-1, len(behaviours)).sum(axis=1)
    return tuple(
        Run(
            behaviours=tuple(behaviours[digit] for digit in _digits(int(code), length, len(behaviours))),
            count=int(seen[code]),
            share=_over(float(seen[code]), float(heads[code // len(behaviours)])),
            expected=float(expected[code]),
            ratio=_over(float(seen[code]), float(expected[code])),
            p=float(p[at]),
            p_corrected=float(adjusted),
            expected_from_pairs=float(markov[code]),
        )
        for at, (code, adjusted) in enumerate(zip(possible, corrected(p, correction), strict=True))
    )


def _chance(
    orders: Sequence[Order], length: int, n_behaviours: int, random: np.random.Generator, n: int, *, repeats: bool
) -> NDArray[np.int64]:
    """Counts in shuffled orders; shape (P, G)."""
    counts = np.zeros((n, n_behaviours**length), dtype=np.int64)
    for order in orders:
        step = max(1, _BLOCK // max(len(order), n_behaviours**length))
        for start in range(0, n, step):
            block = min(step, n - start)
            orders_PL = shuffled(order, block, random, repeats=repeats)
            counts[start : start + block] += count_ngrams(orders_PL, length, n_behaviours)
    return counts


def _two_sided(seen: NDArray[np.int64], chance: NDArray[np.int64]) -> NDArray[np.float64]:
    """Twice the smaller tail, at most 1; the order that was seen counts as one of the shuffled."""
    n = len(chance)
    above, below = (chance >= seen).sum(axis=0), (chance <= seen).sum(axis=0)
    p: NDArray[np.float64] = np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (n + 1))
    return p


def _from_pairs(seen: NDArray[np.int64], length: int, n_behaviours: int) -> NDArray[np.float64]:
    """Expected counts of a run from those of its begin, its end and what they share."""
    if length < 3:
        return np.full(len(seen), np.nan)
    shape = (n_behaviours,) * length
    counts = seen.reshape(shape)
    heads, tails = counts.sum(axis=-1, keepdims=True), counts.sum(axis=0, keepdims=True)
    middles = counts.sum(axis=(0, -1), keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(middles > 0, heads * tails / np.maximum(middles, 1), 0.0).ravel()


def _digits(code: int, length: int, base: int) -> list[int]:
    return [code // base**power % base for power in range(length - 1, -1, -1)]


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
