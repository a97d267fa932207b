"""From recordings to animals: what is compared is an animal, however often it was filmed.

Axes: A animals, L groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.statistics.summary import Summary

MEASURES: Mapping[str, str] = {
    "share": "time spent (share of scored time)",
    "bouts_per_min": "bouts (per minute)",
    "bout_mean_s": "bout length (mean, s)",
    "latency_s": "latency to first (s)",
    "interval_mean_s": "interval between bouts (mean, s)",
}
"""What groups are compared by, and how it is written on an axis."""


@dataclass(frozen=True, slots=True)
class AnimalValues:
    """One measure of one behaviour, animal by animal.

    Attributes:
        behaviour: The behaviour.
        measure: A key of `MEASURES`.
        animals: Their names.
        groups: Names of the groups.
        values: NaN where the animal was not seen in the group, or where the measure is not defined; shape (A, L).
        is_member: Whether the animal was seen in the group; shape (A, L).
    """

    behaviour: str
    measure: str
    animals: tuple[str, ...]
    groups: tuple[str, ...]
    values: NDArray[np.float64]
    is_member: NDArray[np.bool_]

    @property
    def repeats(self) -> bool:
        """Whether any animal is in several groups."""
        return bool((self.is_member.sum(axis=1) > 1).any())


def animal_values(
    summaries: Sequence[Summary], animal_of: Mapping[str, str], group_of: Mapping[str, str]
) -> list[AnimalValues]:
    """Pool the recordings of each animal in each group.

    Pooled like one long recording: time over time, bouts over time, time over bouts. Latencies are averaged over the
    recordings in which the behaviour happened.

    Args:
        summaries: Of all recordings, one for each behaviour.
        animal_of: The animal of each recording.
        group_of: The group of each recording.
    """
    animals = tuple(dict.fromkeys(animal_of[each.recording] for each in summaries))
    groups = tuple(sorted({group_of[each.recording] for each in summaries}))
    behaviours = tuple(dict.fromkeys(each.behaviour for each in summaries))
    cells: dict[tuple[str, str, str], list[Summary]] = {}
    for each in summaries:
        key = (each.behaviour, animal_of[each.recording], group_of[each.recording])
        cells.setdefault(key, []).append(each)
    found = []
    for behaviour in behaviours:
        for measure in MEASURES:
            pooled = [
                [_pooled(cells.get((behaviour, animal, group), []), measure) for group in groups] for animal in animals
            ]
            member = [[(behaviour, animal, group) in cells for group in groups] for animal in animals]
            found.append(AnimalValues(behaviour, measure, animals, groups, np.array(pooled), np.array(member)))
    return found


def _pooled(summaries: Sequence[Summary], measure: str) -> float:
    scored_s = sum(each.scored_s for each in summaries)
    if not scored_s:
        return nan
    time_s = sum(each.time_s for each in summaries if each.scored_s)
    n_bouts = sum(each.n_bouts for each in summaries)
    n_intervals = sum(each.n_intervals for each in summaries)
    happened = [each.latency_s for each in summaries if each.n_bouts]
    parts = {
        "share": (time_s, scored_s),
        "bouts_per_min": (60.0 * n_bouts, scored_s),
        "bout_mean_s": (time_s, n_bouts),
        "latency_s": (sum(happened), len(happened)),
        "interval_mean_s": (
            sum(each.interval_mean_s * each.n_intervals for each in summaries if each.n_intervals),
            n_intervals,
        ),
    }
    part, whole = parts[measure]
    return part / whole if whole else nan
