"""In which order behaviours come: sequences of bouts, and what chance would make of them.

Axes: L bouts of a sequence, P permutations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deg_core.api import Labels, find_runs

Order = NDArray[np.int64]
"""Behaviours in the order in which their bouts began, as columns; shape (L,)."""

_SWEEPS = 6
"""Proposed swaps for each bout, from which on shuffled sequences no longer remember the first one."""
_FEWEST = 150
"""Proposed swaps even for short sequences."""


def sequences_of(labels: Labels, max_gap_s: float | None = None) -> list[Order]:
    """Behaviours in the order in which they began.

    Args:
        labels: Of one recording.
        max_gap_s: A longer time without any behaviour breaks the sequence; None for never.

    Returns:
        A sequence for each stretch without frames that are not labelled; behaviours that nobody looked for in the whole
        recording do not count. Bouts that begin in the same frame are in the order of the columns.
    """
    looked_for = (labels.marks >= 0).any(axis=0)
    if not looked_for.any():
        return []
    stretches = find_runs(np.asarray((labels.marks[:, looked_for] >= 0).all(axis=1)))
    found: list[Order] = []
    for start, stop in stretches:
        found += _of_stretch(labels.marks[start:stop] == 1, max_gap_s, labels.frames_per_second or 1.0)
    return [order for order in found if len(order)]


def _of_stretch(present: NDArray[np.bool_], max_gap_s: float | None, rate: float) -> list[Order]:
    spans = [
        (int(start), column, int(stop)) for column, each in enumerate(present.T) for start, stop in find_runs(each)
    ]
    if not spans:
        return []
    starts, columns, stops = np.array(sorted(spans), dtype=np.int64).T
    if max_gap_s is None:
        return [columns]
    ends = np.maximum.accumulate(stops)
    breaks = np.flatnonzero((starts[1:] - ends[:-1]) / rate > max_gap_s) + 1
    return list(np.split(columns, breaks))


def has_repeats(orders: Sequence[Order]) -> bool:
    """Whether any behaviour comes twice in a row."""
    return any(bool((order[1:] == order[:-1]).any()) for order in orders)


def shuffled(order: Order, n: int, random: np.random.Generator, *, repeats: bool) -> NDArray[np.int64]:
    """The same bouts in other orders, each as likely as any.

    Args:
        order: A sequence; shape (L,).
        n: How many orders.
        random: Source of chance.
        repeats: Whether a behaviour may come twice in a row; if not, `order` has none either.

    Returns:
        shape (P, L).
    """
    if repeats:
        return random.permuted(np.tile(order, (n, 1)), axis=1)
    return _swapped(order, n, random)


def _swapped(order: Order, n: int, random: np.random.Generator) -> NDArray[np.int64]:
    """A Markov chain of swaps that stays among orders without repeats; in the end each is as likely as any."""
    length = len(order)
    padded = np.full((n, length + 2), -1, dtype=np.int64)
    padded[:, 1:-1] = order
    flat, begins = padded.reshape(-1), np.arange(n) * (length + 2)  # one index is quicker than two
    n_steps = max(_SWEEPS * length, _FEWEST) if length > 2 else 2
    for _ in range(n_steps):
        first = random.integers(1, length + 1, n)
        # Where three behaviours take turns only neighbours can be swapped, so those are tried as often as any others.
        second = random.integers(1, 2 * length + 1, n)
        second = np.where(second > length, np.minimum(first + 1, length), second)
        one, other = begins + first, begins + second
        left, right = flat[one], flat[other]
        flat[one], flat[other] = right, left
        refused = (
            (flat[one - 1] == right) | (flat[one + 1] == right) | (flat[other - 1] == left) | (flat[other + 1] == left)
        )
        undone = np.flatnonzero(refused)
        flat[one[undone]], flat[other[undone]] = left[undone], right[undone]
    return padded[:, 1:-1]


def count_ngrams(orders: NDArray[np.int64], length: int, n_behaviours: int) -> NDArray[np.int64]:
    """Count runs of `length` bouts.

    Args:
        orders: shape (P, L).
        length: Bouts in a run, 2 for transitions.
        n_behaviours: K.

    Returns:
        Counts by the run read as a number in base K, its first bout the highest digit; shape (P, K**length).
    """
    n, n_codes = len(orders), n_behaviours**length
    if orders.shape[1] < length:
        return np.zeros((n, n_codes), dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(orders, length, axis=1)
    codes = windows @ (n_behaviours ** np.arange(length - 1, -1, -1))
    codes += n_codes * np.arange(n)[:, None]
    counts: NDArray[np.int64] = np.bincount(codes.ravel(), minlength=n * n_codes).reshape(n, n_codes)
    return counts
