"""Whether groups of animals differ: the test that fits the design, the size of the effect, and how sure it is.

Axes: A animals, L groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import nan

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.statistics import effects, resampling
from deg_plugins_analysis.statistics.animals import AnimalValues
from deg_plugins_analysis.statistics.correction import Correction, corrected
from deg_plugins_analysis.statistics.resampling import UNKNOWN, Interval, Permuted, mean_interval


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is drawn.

    Attributes:
        n_permutations: Ways of dealing out, where not all can be tried.
        n_bootstrap: Draws of animals.
        confidence: Of intervals, such as 0.95.
        correction: For the comparisons of one measure, all behaviours and pairs of groups together.
    """

    n_permutations: int = 10_000
    n_bootstrap: int = 2000
    confidence: float = 0.95
    correction: Correction = "holm"


@dataclass(frozen=True, slots=True)
class GroupMean:
    """One measure of one behaviour in one group of animals.

    Attributes:
        factor: The column that tells groups apart.
        group: The group.
        behaviour: The behaviour.
        measure: The measure.
        n_animals: Animals in the group for which the measure is defined.
        mean: Over animals.
        sd: Standard deviation over animals.
        median: Over animals.
        low: Lower end of the interval of the mean, by drawing animals; NaN for one animal.
        high: Its upper end.
    """

    factor: str
    group: str
    behaviour: str
    measure: str
    n_animals: int
    mean: float
    sd: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups, or all of them.

    Attributes:
        factor: The column that tells groups apart.
        behaviour: The behaviour.
        measure: The measure.
        group: The first group; `all` for all at once.
        other: The second group; empty for all at once.
        design: `independent`: every animal is in one group; `paired`: animals are in several and are compared with
            themselves.
        n: Animals in the first group; pairs, where the design is paired.
        n_other: Animals in the second group.
        difference: Mean of the second less mean of the first; NaN for all at once.
        low: Lower end of its interval, by drawing animals.
        high: Its upper end.
        effect: Its size.
        effect_name: Hedges' g, Cohen's dz, eta squared or partial eta squared.
        cliffs_delta: How much oftener an animal of the second exceeds one of the first, -1..1.
        test: By what p was found, or why there is none.
        p: Of so large a difference, if groups did not matter.
        p_corrected: For all comparisons of this measure.
        least_p: The smallest p that so few animals could give.
    """

    factor: str
    behaviour: str
    measure: str
    group: str
    other: str
    design: str
    n: int
    n_other: int
    difference: float
    low: float
    high: float
    effect: float
    effect_name: str
    cliffs_delta: float
    test: str
    p: float
    p_corrected: float
    least_p: float


def group_means(
    factor: str, values: Sequence[AnimalValues], random: np.random.Generator, effort: Effort
) -> list[GroupMean]:
    """Describe each group; what is drawn anew are animals."""
    means = []
    for each in values:
        for column, group in enumerate(each.groups):
            known = _finite(each.values[:, column])
            interval = mean_interval(known, random, effort.n_bootstrap, effort.confidence)
            means.append(
                GroupMean(
                    factor,
                    group,
                    each.behaviour,
                    each.measure,
                    n_animals=len(known),
                    mean=float(known.mean()) if len(known) else nan,
                    sd=float(known.std(ddof=1)) if len(known) > 1 else nan,
                    median=float(np.median(known)) if len(known) else nan,
                    low=interval.low,
                    high=interval.high,
                )
            )
    return means


def compare_groups(
    factor: str, values: Sequence[AnimalValues], random: np.random.Generator, effort: Effort
) -> list[Comparison]:
    """Compare groups pair by pair and, where there are more than two, all at once.

    Args:
        factor: The column that tells groups apart, for the table.
        values: Measures of behaviours. Where animals are in several groups, they are compared with themselves, and
            those that lack one of the groups are left out of that comparison.
        random: Source of chance.
        effort: How much is drawn.
    """
    found: list[Comparison] = []
    for each in values:
        if len(each.groups) > 2:
            found.append(_compare_all(factor, each, random, effort))
        for one, other in combinations(range(len(each.groups)), 2):
            found.append(_compare_two(factor, each, one, other, random, effort))
    return _corrected(found, effort.correction)


def _corrected(found: list[Comparison], correction: Correction) -> list[Comparison]:
    """Correct each measure by itself; pairs of groups and all at once are families of their own."""
    p = np.full(len(found), nan)
    for family in {(each.measure, each.other == "") for each in found}:
        places = [at for at, each in enumerate(found) if (each.measure, each.other == "") == family]
        p[places] = corrected(np.array([found[at].p for at in places]), correction)
    return [replace(each, p_corrected=float(value)) for each, value in zip(found, p, strict=True)]


def _compare_two(
    factor: str, each: AnimalValues, one: int, other: int, random: np.random.Generator, effort: Effort
) -> Comparison:
    pair = each.values[:, [one, other]]
    if each.repeats:
        pair = pair[np.isfinite(pair).all(axis=1)]
        left, right = pair.T
        differences = right - left
        interval = mean_interval(differences, random, effort.n_bootstrap, effort.confidence)
        effect, name = effects.cohens_dz(differences), "Cohen's dz"
        result = resampling.flip_signs(differences, random, effort.n_permutations) if len(differences) > 1 else None
    else:
        left, right = (_finite(column) for column in pair.T)
        interval = resampling.difference_interval(left, right, random, effort.n_bootstrap, effort.confidence)
        effect, name = effects.hedges_g(left, right), "Hedges' g"
        enough = min(len(left), len(right)) > 1
        result = resampling.deal_two(left, right, random, effort.n_permutations) if enough else None
    return _comparison(
        factor,
        each,
        (each.groups[one], each.groups[other]),
        (len(left), len(right)),
        difference=float(right.mean() - left.mean()) if len(left) and len(right) else nan,
        interval=interval,
        effect=effect,
        effect_name=name,
        delta=effects.cliffs_delta(left, right),
        result=result,
    )


def _compare_all(factor: str, each: AnimalValues, random: np.random.Generator, effort: Effort) -> Comparison:
    if each.repeats:
        whole = each.values[np.isfinite(each.values).all(axis=1)]
        n, effect, name = len(whole), nan, "partial eta squared"
        result = None
        if len(whole) > 1:
            effect = effects.partial_eta_squared(whole)
            result = resampling.deal_within(whole, random, effort.n_permutations)
    else:
        groups = [_finite(column) for column in each.values.T]
        n, effect, name = sum(map(len, groups)), nan, "eta squared"
        result = None
        if min(map(len, groups)) > 1:
            effect, result = effects.eta_squared(groups), resampling.deal_many(groups, random, effort.n_permutations)
    return _comparison(
        factor, each, ("all", ""), (n, 0), difference=nan, interval=UNKNOWN, effect=effect, effect_name=name, delta=nan,
        result=result,
    )  # fmt: skip


def _comparison(
    factor: str,
    each: AnimalValues,
    groups: tuple[str, str],
    sizes: tuple[int, int],
    *,
    difference: float,
    interval: Interval,
    effect: float,
    effect_name: str,
    delta: float,
    result: Permuted | None,
) -> Comparison:
    return Comparison(
        factor=factor,
        behaviour=each.behaviour,
        measure=each.measure,
        group=groups[0],
        other=groups[1],
        design="paired" if each.repeats else "independent",
        n=sizes[0],
        n_other=sizes[1],
        difference=difference,
        low=interval.low,
        high=interval.high,
        effect=effect,
        effect_name=effect_name,
        cliffs_delta=delta,
        test=_test_name(result, repeats=each.repeats),
        p=result.p if result else nan,
        p_corrected=nan,
        least_p=result.least_p if result else nan,
    )


def _test_name(result: Permuted | None, *, repeats: bool) -> str:
    if result is None:
        lacking = "fewer than two animals are in all these groups" if repeats else "a group has fewer than two animals"
        return f"none: {lacking} with this measure"
    return "permutation, all" if result.is_exact else "permutation, by chance"


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[np.isfinite(values)]
