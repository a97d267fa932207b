"""How a score grows with labels: an inverse power law, and what it says of more labels.

Axes: N trials, B resamples.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RATES = np.geomspace(0.05, 3.0, 60)
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """score = ceiling - span * amount ** -rate.

    Attributes:
        ceiling: What it comes to with endless labels; at most 1.
        span: Not negative.
        rate: Positive: how quickly labels are used up.
    """

    ceiling: float
    span: float
    rate: float

    def at(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores at these amounts, all positive."""
        return self.ceiling - self.span * amount**-self.rate


def fit_power_law(amounts: NDArray[np.float64], scores: NDArray[np.float64]) -> PowerLaw | None:
    """Fit by least squares, the score never above 1 and never falling with labels.

    For each of many rates the rest is a straight line, so that the best of them is found for certain.

    Args:
        amounts: Labels, in any unit; positive; shape (N,).
        scores: 0..1 as for F1, or from below; NaN is left out; shape (N,).

    Returns:
        The law; None with fewer than three different amounts, which any curve would fit.
    """
    known = np.isfinite(scores)
    amounts, scores = amounts[known], scores[known]
    if len(np.unique(amounts)) < 3:
        return None
    fits = [_line(amounts, scores, float(rate)) for rate in _RATES]
    errors = [float(((law.at(amounts) - scores) ** 2).sum()) for law in fits]
    return fits[int(np.argmin(errors))]


def _line(amounts: NDArray[np.float64], scores: NDArray[np.float64], rate: float) -> PowerLaw:
    left = amounts**-rate
    centred = left - left.mean()
    slope = -float(centred @ scores) / float(centred @ centred)
    if slope <= 0:  # it does not grow: flat
        return PowerLaw(min(float(scores.mean()), 1.0), 0.0, rate)
    ceiling = float(scores.mean() + slope * left.mean())
    if ceiling > 1:
        ceiling, slope = 1.0, max(0.0, float(left @ (1 - scores)) / float(left @ left))
    return PowerLaw(ceiling, slope, rate)


@dataclass(frozen=True, slots=True)
class Gain:
    """What more labels would bring.

    Attributes:
        now: Score that the law gives for the most labels that were tried.
        later: Score with as many more as were asked for.
        low: Lower end of the 95 % interval of the difference, over the random subsets; NaN where unknown.
        high: Upper end.
    """

    now: float
    later: float
    low: float
    high: float

    @property
    def gain(self) -> float:
        """Later less now."""
        return self.later - self.now


def expected_gain(
    amounts: NDArray[np.float64],
    scores: NDArray[np.float64],
    sizes: Sequence[Hashable],
    more: float,
    rng: np.random.Generator,
) -> Gain | None:
    """What `more` labels beyond the most that were tried would bring, as the fitted law has it.

    The interval comes from fits to trials drawn anew within each size. It knows nothing of whether the law holds beyond
    what was tried.

    Args:
        amounts: Labels of each trial; shape (N,).
        scores: Its score; shape (N,).
        sizes: What each was meant to hold; random subsets of one size differ in their labels.
        more: How many more, in the same unit; positive.
        rng: For the draws.

    Returns:
        The gain; None where no law can be fitted.
    """
    law = fit_power_law(amounts, scores)
    if law is None:
        return None
    ends = np.array([amounts.max(), amounts.max() + more])
    now, later = law.at(ends)
    groups = [[place for place, each in enumerate(sizes) if each == size] for size in dict.fromkeys(sizes)]
    gains = []
    for _ in range(_RESAMPLES if max(map(len, groups)) > 1 else 0):
        drawn = np.concatenate([rng.choice(group, len(group)) for group in groups])
        again = fit_power_law(amounts[drawn], scores[drawn])
        if again is not None:
            gains.append(float(np.diff(again.at(ends))[0]))
    low, high = np.quantile(gains, [0.025, 0.975]) if gains else (math.nan, math.nan)
    return Gain(float(now), float(later), float(low), float(high))
