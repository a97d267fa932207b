"""Whether one rater agrees with the others as they do among themselves: the place of deg among people.

Axes: N recordings, R raters, P pairs of raters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import nan

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.agreement.coefficients import mean_defined

Scores = NDArray[np.float64]

_EXACT = 20_000
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """One rater among the others.

    Attributes:
        rater: The rater.
        behaviour: The behaviour; `mean` for the mean over behaviours.
        n_recordings: Recordings that this rater and at least two others scored, and in which the behaviour is seen.
        with_others: Mean F1 of the rater with each of the others.
        among_others: Mean F1 of the others with each other.
        difference: `with_others` less `among_others`.
        low: Lower end of its interval, by drawing recordings.
        high: Its upper end.
        p: Two-sided, of so large a difference if this rater were like the others: in each recording, any of them may
            have been the one.
        least_p: The smallest p that so few recordings and raters could give.
    """

    rater: str
    behaviour: str
    n_recordings: int
    with_others: float
    among_others: float
    difference: float
    low: float
    high: float
    p: float
    least_p: float


def place_rater(
    scores_NP: Scores,
    pairs: Sequence[tuple[int, int]],
    rater: int,
    names: tuple[str, str],
    random: np.random.Generator,
    *,
    n_permutations: int = 10_000,
    n_bootstrap: int = 2000,
    confidence: float = 0.95,
) -> Place:
    """Compare a rater's agreement with the others to the others' agreement among themselves.

    Args:
        scores_NP: Agreement of each pair in each recording, NaN where it is not defined; shape (N, P).
        pairs: Places of the raters of each pair.
        rater: The place of the one in question.
        names: Of the rater and of the behaviour, for the table.
        random: Source of chance.
        n_permutations: Ways tried where there are too many to try all.
        n_bootstrap: Draws of recordings.
        confidence: Such as 0.95.
    """
    n_raters = max(max(pair) for pair in pairs) + 1
    own_NR, rest_NR = _with_and_without(scores_NP, pairs, n_raters)
    differences_NR = own_NR - rest_NR
    whole = np.isfinite(differences_NR[:, rater])
    kept_NR = differences_NR[whole]
    if not len(kept_NR):
        return Place(*names, 0, nan, nan, nan, nan, nan, nan, nan)
    seen = float(kept_NR[:, rater].mean())
    low, high = _interval(kept_NR[:, rater], random, n_bootstrap, confidence)
    p, least = _exchange(kept_NR, seen, random, n_permutations)
    return Place(
        *names,
        n_recordings=len(kept_NR),
        with_others=float(own_NR[whole, rater].mean()),
        among_others=float(rest_NR[whole, rater].mean()),
        difference=seen,
        low=low,
        high=high,
        p=p,
        least_p=least,
    )


def _with_and_without(scores_NP: Scores, pairs: Sequence[tuple[int, int]], n_raters: int) -> tuple[Scores, Scores]:
    """Mean score of pairs with each rater, and of pairs without; each of shape (N, R)."""
    holds = np.array([[rater in pair for pair in pairs] for rater in range(n_raters)])
    own = np.stack([mean_defined(scores_NP[:, each], 1) for each in holds], axis=1)
    rest = np.stack([mean_defined(scores_NP[:, ~each], 1) for each in holds], axis=1)
    return own, rest


def _interval(values: Scores, random: np.random.Generator, n: int, confidence: float) -> tuple[float, float]:
    if len(values) < 2:
        return nan, nan
    means = values[random.integers(0, len(values), (n, len(values)))].mean(axis=1)
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _exchange(differences_NR: Scores, seen: float, random: np.random.Generator, n: int) -> tuple[float, float]:
    """Let chance decide in each recording who was the rater in question; a rater who did not score it cannot be.

    Returns:
        p, and the least p that is possible.
    """
    choices = [row[np.isfinite(row)] for row in differences_NR]
    n_ways = float(np.prod([float(len(each)) for each in choices]))
    is_exact = n_ways <= _EXACT
    if is_exact:
        means = np.array([sum(drawn) / len(choices) for drawn in product(*choices)])
    else:
        means = np.mean([each[random.integers(0, len(each), n)] for each in choices], axis=0)
    as_large = int((np.abs(means) >= abs(seen) - _EQUAL).sum())
    if is_exact:
        return as_large / len(means), 1 / n_ways
    return (as_large + 1) / (n + 1), 1 / (n + 1)
