"""Which predicted bouts are which labelled ones, and how sequences of bouts differ.

Axes: B bouts, T frames.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Bouts = NDArray[np.int64]
"""First frame and the first frame after; shape (B, 2), in order of time, none touching another."""


def overlapping_pairs(labelled: Bouts, predicted: Bouts) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Every labelled and predicted bout that share a frame.

    Returns:
        Their indices, shape (n, 2), in order of time; and the frames they share, as part of all frames that either
        has (intersection over union), shape (n,), 0..1.
    """
    first = np.searchsorted(predicted[:, 1], labelled[:, 0], side="right")
    after = np.searchsorted(predicted[:, 0], labelled[:, 1], side="left")
    counts = np.maximum(after - first, 0)
    ours = np.repeat(np.arange(len(labelled)), counts)
    theirs = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts) + np.repeat(first, counts)
    one, other = labelled[ours], predicted[theirs]
    shared = np.minimum(one[:, 1], other[:, 1]) - np.maximum(one[:, 0], other[:, 0])
    either = np.maximum(one[:, 1], other[:, 1]) - np.minimum(one[:, 0], other[:, 0])
    return np.stack([ours, theirs], axis=1), shared / either


def match_pairs(pairs: NDArray[np.int64], overlaps: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """Pair bouts one to one, as many as can be, among those that overlap enough.

    In order of time the first pair that is free is always part of a largest matching: two pairs of bouts in order
    cannot cross.

    Args:
        pairs: From `overlapping_pairs`; shape (n, 2).
        overlaps: Intersection over union; shape (n,).
        least: What counts as enough, 0..1.

    Returns:
        Places in `pairs`, shape (m,).
    """
    taken: list[int] = []
    last_ours = last_theirs = -1
    for place in np.flatnonzero(overlaps >= least):
        ours, theirs = pairs[place]
        if ours > last_ours and theirs > last_theirs:
            taken.append(int(place))
            last_ours, last_theirs = ours, theirs
    return np.array(taken, dtype=np.int64)


def edit_distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Fewest insertions, deletions and replacements that make one sequence of the other (Levenshtein 1966).

    By whole columns as bits of an integer (Myers 1999, J. ACM 46:395), since recordings have thousands of bouts.
    """
    if not one:
        return len(other)
    everywhere, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    places: dict[Hashable, int] = {}
    for index, symbol in enumerate(one):
        places[symbol] = places.get(symbol, 0) | 1 << index
    rises, falls, distance = everywhere, 0, len(one)
    for symbol in other:
        same = places.get(symbol, 0)
        diagonal = (((same & rises) + rises) ^ rises) | same | falls
        across_up, across_down = falls | (everywhere & ~(diagonal | rises)), diagonal & rises
        distance += bool(across_up & last) - bool(across_down & last)
        across_up, across_down = across_up << 1 | 1, across_down << 1
        rises = (across_down | ~(diagonal | across_up)) & everywhere
        falls = across_up & diagonal & everywhere
    return distance
