"""All that is said about the agreement of some raters.

Axes: N recordings, P pairs of raters, K behaviours, B draws of recordings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.agreement.coefficients import (
    accuracy,
    cohens_kappa,
    f1,
    fleiss_kappa,
    krippendorff_alpha,
    mean_defined,
)
from deg_plugins_analysis.agreement.counts import Ratings, confusion_counts, pair_counts, rating_counts
from deg_plugins_analysis.agreement.placing import Place, place_rater
from deg_plugins_analysis.agreement.rows import MEAN, TOGETHER, ConfusionCell, GroupScore, PairScore, RaterBouts
from deg_plugins_analysis.answers.table import Table, table_of
from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.statistics.summary import ratio, summarise


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is drawn.

    Attributes:
        n_permutations: Ways of exchanging raters, where not all can be tried.
        n_bootstrap: Draws of recordings.
        confidence: Of intervals.
        seed: Of all chance.
    """

    n_permutations: int = 10_000
    n_bootstrap: int = 2000
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found out; see the classes of the rows."""

    ratings: Ratings
    pairs: list[PairScore]
    groups: list[GroupScore]
    places: list[Place]
    bouts: list[RaterBouts]
    confusions: list[ConfusionCell]

    def tables(self) -> list[Table]:
        """Everything as tidy tables."""
        tables = [
            table_of("pairs", self.pairs, PairScore),
            table_of("bouts_by_rater", self.bouts, RaterBouts),
            table_of("all_raters", self.groups, GroupScore),
            table_of("places", self.places, Place),
            table_of("confusion", self.confusions, ConfusionCell),
        ]
        return [table for table in tables if table.rows]


def survey(ratings: Ratings, observations: Sequence[Observation], effort: Effort, machine: str) -> Survey:
    """Find out everything.

    Args:
        ratings: What raters said about the same frames.
        observations: What the ratings were made of.
        effort: How much is drawn.
        machine: The rater that is no person, if it is one of them.
    """
    random = np.random.default_rng(effort.seed)
    tables = pair_counts(ratings)
    confusions = confusion_counts(ratings)
    people = [at for at, rater in enumerate(ratings.raters) if rater != machine]
    groups = _group_scores("all", ratings, random, effort)
    if 1 < len(people) < len(ratings.raters):
        groups += _group_scores("people", _only(ratings, people), random, effort)
    places = _places(ratings, tables, random, effort) if len(ratings.raters) > 2 else []
    is_one = len(ratings.behaviours) == 1  # whose mean says nothing new
    return Survey(
        ratings=ratings,
        pairs=[
            each
            for each in _pair_scores(ratings, tables, confusions, random, effort)
            if not (is_one and each.behaviour == MEAN)
        ],
        groups=[each for each in groups if not (is_one and each.behaviour == MEAN)],
        places=[each for each in places if not (is_one and each.behaviour == MEAN)],
        bouts=_rater_bouts(ratings, observations),
        confusions=_confusion_cells(ratings, confusions),
    )


def _only(ratings: Ratings, places: Sequence[int]) -> Ratings:
    marks = tuple(each[list(places)] for each in ratings.marks)
    names = tuple(ratings.raters[at] for at in places)
    return Ratings(names, ratings.behaviours, ratings.recordings, ratings.frames_per_second, marks)


def _draws(n: int, random: np.random.Generator, effort: Effort) -> NDArray[np.int64]:
    """How often each recording is in each draw; shape (B, N)."""
    return random.multinomial(n, np.full(n, 1 / n), effort.n_bootstrap)


def _drawn(tables: NDArray[np.int64], draws: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts of drawn recordings; the first axis of `tables` is N, that of the answer B."""
    return np.tensordot(draws, tables, axes=1)


def _interval(
    scores_BX: NDArray[np.float64], effort: Effort, n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the interval of each score; NaN for one recording, and where fewer than half of all draws define it."""
    tail = (1 - effort.confidence) / 2
    low, high = np.full(scores_BX.shape[1], nan), np.full(scores_BX.shape[1], nan)
    for at, column in enumerate(scores_BX.T):
        known = column[np.isfinite(column)]
        if n > 1 and 2 * len(known) >= len(column):
            low[at], high[at] = np.quantile(known, [tail, 1 - tail])
    return low, high


def _with_mean(
    score: Callable[[NDArray[np.int64]], NDArray[np.float64]], tables: NDArray[np.int64], axis: int
) -> NDArray[np.float64]:
    """A score of each behaviour, and behind them the mean of those that are defined."""
    scores = score(tables)
    return np.concatenate([scores, np.expand_dims(mean_defined(scores, axis), axis)], axis=axis)


def _pair_scores(
    ratings: Ratings,
    tables_NPK: NDArray[np.int64],
    confusions: NDArray[np.int64],
    random: np.random.Generator,
    effort: Effort,
) -> list[PairScore]:
    found = []
    for p, (one, other) in enumerate(ratings.pairs):
        shared = np.array([(each[[one, other]] >= 0).all(axis=0).any() for each in ratings.marks])
        if not shared.any():
            continue
        own = tables_NPK[shared, p]
        draws = _drawn(own, _draws(len(own), random, effort))
        ends = {name: _interval(_with_mean(score, draws, -1), effort, len(own)) for name, score in _SCORES.items()}
        scores = {name: _with_mean(score, own.sum(axis=0), -1) for name, score in _SCORES.items()}
        exact = _with_mean(accuracy, own.sum(axis=0), -1)
        seconds = (own / ratings.frames_per_second[shared, None, None, None]).sum(axis=0)
        for k, behaviour in enumerate((*ratings.behaviours, MEAN)):
            table = seconds[k] if behaviour != MEAN else np.full((2, 2), nan)
            found.append(
                PairScore(
                    ratings.raters[one],
                    ratings.raters[other],
                    behaviour,
                    int(shared.sum()),
                    compared_s=float(table.sum()),
                    rater_s=float(table[1].sum()),
                    other_s=float(table[:, 1].sum()),
                    f1=float(scores["f1"][k]),
                    f1_low=float(ends["f1"][0][k]),
                    f1_high=float(ends["f1"][1][k]),
                    kappa=float(scores["kappa"][k]),
                    kappa_low=float(ends["kappa"][0][k]),
                    kappa_high=float(ends["kappa"][1][k]),
                    accuracy=float(exact[k]),
                )
            )
        if ratings.is_exclusive and len(ratings.behaviours) > 1:
            found.append(_together(ratings, p, int(shared.sum()), confusions[p]))
    return found


_SCORES = {"f1": f1, "kappa": cohens_kappa}


def _together(ratings: Ratings, pair: int, n_recordings: int, table: NDArray[np.int64]) -> PairScore:
    """Kappa and accuracy of behaviours as the categories of one scale."""
    one, other = ratings.pairs[pair]
    return PairScore(
        ratings.raters[one],
        ratings.raters[other],
        TOGETHER,
        n_recordings,
        *(nan,) * 6,
        kappa=float(cohens_kappa(table)),
        kappa_low=nan,
        kappa_high=nan,
        accuracy=float(accuracy(table)),
    )


def _group_scores(who: str, ratings: Ratings, random: np.random.Generator, effort: Effort) -> list[GroupScore]:
    counts = rating_counts(ratings)
    draws = _drawn(counts, _draws(len(counts), random, effort))
    alpha, fleiss = (_with_mean(score, counts.sum(axis=0), -1) for score in (krippendorff_alpha, fleiss_kappa))
    alpha_ends, fleiss_ends = (
        _interval(_with_mean(score, draws, -1), effort, len(counts)) for score in (krippendorff_alpha, fleiss_kappa)
    )
    return [
        GroupScore(
            who,
            behaviour,
            len(ratings.raters),
            alpha=float(alpha[k]),
            alpha_low=float(alpha_ends[0][k]),
            alpha_high=float(alpha_ends[1][k]),
            fleiss=float(fleiss[k]),
            fleiss_low=float(fleiss_ends[0][k]),
            fleiss_high=float(fleiss_ends[1][k]),
        )
        for k, behaviour in enumerate((*ratings.behaviours, MEAN))
    ]


def _places(
    ratings: Ratings, tables_NPK: NDArray[np.int64], random: np.random.Generator, effort: Effort
) -> list[Place]:
    scores_NPK = f1(tables_NPK)
    by_behaviour = [scores_NPK[..., k] for k in range(len(ratings.behaviours))] + [mean_defined(scores_NPK, 2)]
    return [
        place_rater(
            scores_NP,
            ratings.pairs,
            rater,
            (name, behaviour),
            random,
            n_permutations=effort.n_permutations,
            n_bootstrap=effort.n_bootstrap,
            confidence=effort.confidence,
        )
        for behaviour, scores_NP in zip((*ratings.behaviours, MEAN), by_behaviour, strict=True)
        for rater, name in enumerate(ratings.raters)
    ]


def _rater_bouts(ratings: Ratings, observations: Sequence[Observation]) -> list[RaterBouts]:
    found = []
    shared = set(ratings.recordings)
    summaries = [each for one in observations if one.recording in shared for each in summarise(one)]
    for rater in ratings.raters:
        for behaviour in ratings.behaviours:
            own = [each for each in summaries if (each.rater, each.behaviour) == (rater, behaviour) and each.scored_s]
            if not own:
                continue
            scored_s, time_s = sum(each.scored_s for each in own), sum(each.time_s for each in own)
            n_bouts = sum(each.n_bouts for each in own)
            medians = [each.bout_median_s for each in own if each.n_bouts]
            found.append(
                RaterBouts(
                    rater,
                    behaviour,
                    len(own),
                    share=ratio(time_s, scored_s),
                    n_bouts=n_bouts,
                    bouts_per_min=ratio(60.0 * n_bouts, scored_s),
                    bout_mean_s=ratio(time_s, n_bouts),
                    bout_median_s=float(np.median(medians)) if medians else nan,
                )
            )
    return found


def _confusion_cells(ratings: Ratings, confusions: NDArray[np.int64]) -> list[ConfusionCell]:
    names = (*ratings.behaviours, "none")
    rate = float(ratings.frames_per_second.mean())
    return [
        ConfusionCell(
            ratings.raters[one],
            ratings.raters[other],
            said,
            other_said,
            time_s=float(table[row, column]) / rate,
            share=ratio(float(table[row, column]), float(table[row].sum())),
        )
        for (one, other), table in zip(ratings.pairs, confusions, strict=True)
        for row, said in enumerate(names)
        for column, other_said in enumerate(names)
    ]
