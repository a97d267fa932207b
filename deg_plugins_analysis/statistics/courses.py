"""Behaviour over time, averaged over the animals of a group.

Axes: A animals, B bins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from deg_plugins_analysis.statistics.bins import Bin
from deg_plugins_analysis.statistics.resampling import mean_interval


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One behaviour of one group of animals in one stretch of time.

    Attributes:
        factor: The column that tells groups apart.
        group: The group.
        behaviour: The behaviour.
        start_s: Begin of the stretch: seconds since the recording began, or the hour of the day in seconds.
        stop_s: Its end.
        n_animals: Animals that were scored in it.
        share_mean: Share of the scored time, averaged over animals.
        share_low: Lower end of the interval of the mean, by drawing animals; NaN for one animal.
        share_high: Its upper end.
        onsets_per_min_mean: Bouts that began, averaged over animals.
    """

    factor: str
    group: str
    behaviour: str
    start_s: float
    stop_s: float
    n_animals: int
    share_mean: float
    share_low: float
    share_high: float
    onsets_per_min_mean: float


def courses(
    factor: str,
    bins: Sequence[Bin],
    animal_of: Mapping[str, str],
    group_of: Mapping[str, str],
    random: np.random.Generator,
    *,
    n_bootstrap: int = 2000,
    confidence: float = 0.95,
) -> list[CoursePoint]:
    """Average bins over animals; recordings of one animal in one group are pooled first."""
    cells: dict[tuple[str, str, float], dict[str, list[Bin]]] = {}
    for each in bins:
        key = (group_of[each.recording], each.behaviour, each.start_s)
        cells.setdefault(key, {}).setdefault(animal_of[each.recording], []).append(each)
    points = []
    for (group, behaviour, start_s), animals in sorted(cells.items()):
        pooled = [_pooled(own) for own in animals.values()]
        shares = np.array([share for share, rate in pooled if np.isfinite(share)])
        rates = np.array([rate for share, rate in pooled if np.isfinite(share)])
        interval = mean_interval(shares, random, n_bootstrap, confidence)
        points.append(
            CoursePoint(
                factor,
                group,
                behaviour,
                start_s,
                max(each.stop_s for own in animals.values() for each in own),
                n_animals=len(shares),
                share_mean=float(shares.mean()) if len(shares) else nan,
                share_low=interval.low,
                share_high=interval.high,
                onsets_per_min_mean=float(rates.mean()) if len(rates) else nan,
            )
        )
    return points


def _pooled(bins: Sequence[Bin]) -> tuple[float, float]:
    """Share and onsets per minute of one animal; NaN where nobody looked."""
    scored_s = sum(each.scored_s for each in bins)
    if not scored_s:
        return nan, nan
    return sum(each.time_s for each in bins) / scored_s, 60 * sum(each.n_onsets for each in bins) / scored_s
