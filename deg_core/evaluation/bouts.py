"""Scores bouts in place of frames: whether each was found, how well in time, and in how many pieces.

Axes: T frames, K behaviours, B bouts, U units, O overlaps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deg_core.data.bouts import find_runs
from deg_core.data.labels import UNLABELLED
from deg_core.evaluation.bout_matching import edit_distance, match_pairs, overlapping_pairs
from deg_core.evaluation.intervals import draw_units, interval_of
from deg_core.evaluation.report import BoutCard, BoutReport

OVERLAPS = (0.1, 0.25, 0.5)
"""Intersection over union from which a bout counts as found, as in Lea et al. (2017)."""
_SHUFFLES = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """Scored frames of one stretch of one recording.

    Attributes:
        present: What was decided; shape (T, K), bool.
        labels: 1, 0, or -1 where not labelled; shape (T, K), int8.
        units: What each frame is drawn with, from 0; shape (T,).
        frames_per_second: Mean rate, Hz; not positive where unknown.
    """

    present: NDArray[np.bool_]
    labels: NDArray[np.int8]
    units: NDArray[np.int64]
    frames_per_second: float


@dataclass(slots=True)
class _Tally:
    """What was counted of one behaviour.

    Attributes:
        counts: Bouts by unit: labelled, predicted, in pieces, joining, then found at each overlap; shape (U, 4 + O).
        onsets: Predicted less labelled onset of found bouts, seconds.
        offsets: The same of their ends.
    """

    counts: NDArray[np.int64]
    onsets: list[float]
    offsets: list[float]


def score_bouts(stretches: Sequence[Stretch], behaviours: Sequence[str], seed: int, n_resamples: int) -> BoutReport:
    """Score bouts, beside chance, with intervals.

    A bout ends where labels end. A bout that the edge of what is labelled cuts off has no onset, or offset, there.

    Args:
        stretches: What is scored.
        behaviours: Names of the columns.
        seed: For shuffles and resamples.
        n_resamples: For intervals; 0 for none.

    Returns:
        Scores; None where undefined, as for a behaviour that never happens in these frames.
    """
    rng = np.random.default_rng(seed)
    n_units = 1 + max((int(stretch.units.max(initial=0)) for stretch in stretches), default=0)
    tallies = [_tally(stretches, column, n_units) for column in range(len(behaviours))]
    turned = [[_turned(stretch, rng) for stretch in stretches] for _ in range(_SHUFFLES)]
    chance = [
        [_f1(_tally(each, column, n_units).counts.sum(axis=0)) for each in turned] for column in range(len(behaviours))
    ]
    drawn = draw_units(n_units, n_resamples, rng)
    cards = {
        name: _card(tally, np.array(by_chance), drawn)
        for name, tally, by_chance in zip(behaviours, tallies, chance, strict=True)
    }
    return BoutReport(
        overlaps=OVERLAPS,
        per_behaviour=cards,
        f1=_overall([card.f1 for card in cards.values()]),
        f1_chance=_overall([card.f1_chance for card in cards.values()]),
        edit=_defined(edit_score(stretches)),
        edit_chance=_defined(_mean(np.array([edit_score(each) for each in turned]))),
    )


def edit_score(stretches: Sequence[Stretch]) -> float:
    """How alike the orders of events are, whatever their lengths: 1 at best (Lea et al. 2016, without background).

    What happens at a time, be it several behaviours, is one event; frames with a label of every behaviour count. One
    less the edits needed, as part of the longer sequence, over all stretches together; NaN where nothing is labelled.
    """
    edits = longest = 0
    for stretch in stretches:
        for start, stop in find_runs((stretch.labels != UNLABELLED).all(axis=1)):
            ours, theirs = _events(stretch.labels[start:stop] == 1), _events(stretch.present[start:stop])
            edits += edit_distance(ours, theirs)
            longest += max(len(ours), len(theirs))
    return 1 - edits / longest if longest else math.nan


def _events(present: NDArray[np.bool_]) -> list[bytes]:
    """What happens, one entry as long as nothing changes."""
    changes = np.flatnonzero((present[1:] != present[:-1]).any(axis=1)) + 1
    return [present[frame].tobytes() for frame in (0, *changes)]


def _turned(stretch: Stretch, rng: np.random.Generator) -> Stretch:
    """With its decisions turned round in time, which keeps bouts but not when they are."""
    by = int(rng.integers(1, max(len(stretch.present), 2)))
    return replace(stretch, present=np.roll(stretch.present, by, axis=0))


def _tally(stretches: Sequence[Stretch], column: int, n_units: int) -> _Tally:
    tally = _Tally(np.zeros((n_units, 4 + len(OVERLAPS)), dtype=np.int64), [], [])
    for stretch in stretches:
        _count(stretch, column, tally)
    return tally


def _count(stretch: Stretch, column: int, tally: _Tally) -> None:
    """Add the bouts of one behaviour in one stretch; each counts for the unit in which it begins."""
    known = stretch.labels[:, column] != UNLABELLED
    labelled = find_runs(stretch.labels[:, column] == 1)
    predicted = find_runs(stretch.present[:, column] & known)
    pairs, overlaps = overlapping_pairs(labelled, predicted)
    in_pieces = labelled[np.bincount(pairs[:, 0], minlength=len(labelled)) > 1]
    joining = predicted[np.bincount(pairs[:, 1], minlength=len(predicted)) > 1]
    found = [pairs[match_pairs(pairs, overlaps, least)] for least in OVERLAPS]
    kinds = [labelled, predicted, in_pieces, joining, *(labelled[matched[:, 0]] for matched in found)]
    for kind, bouts in enumerate(kinds):
        np.add.at(tally.counts[:, kind], stretch.units[bouts[:, 0]], 1)
    if stretch.frames_per_second > 0:
        ours, theirs = labelled[found[0][:, 0]], predicted[found[0][:, 1]]
        inside = np.concatenate([[False], known, [False]])
        for side, errors in ((0, tally.onsets), (1, tally.offsets)):
            # The frame before a start, or the first after an end, has a label: then it is a start, or end, one can see.
            seen = inside[ours[:, side] + side] & inside[theirs[:, side] + side]
            late = theirs[seen, side] - ours[seen, side]
            errors.extend((late / stretch.frames_per_second).tolist())


def _f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 at each overlap; shape (..., O), from counts (..., 4 + O). NaN where no bout is labelled."""
    labelled, both = counts[..., :1], counts[..., :1] + counts[..., 1:2]
    return np.where(labelled > 0, 2 * counts[..., 4:] / np.maximum(both, 1), math.nan)


def _card(tally: _Tally, by_chance: NDArray[np.float64], drawn: NDArray[np.int64]) -> BoutCard:
    total = tally.counts.sum(axis=0)
    labelled, predicted, in_pieces, joining = (int(count) for count in total[:4])
    resampled = _f1(tally.counts[drawn].sum(axis=1))
    return BoutCard(
        labelled=labelled,
        predicted=predicted,
        f1=tuple(_defined(value) for value in _f1(total)),
        f1_chance=tuple(_defined(_mean(column)) for column in by_chance.T),
        f1_interval=tuple(interval_of(column) for column in resampled.T),
        in_pieces=in_pieces / labelled if labelled else None,
        joining=joining / predicted if predicted else None,
        onset_error_s=_median(np.abs(tally.onsets)),
        onset_shift_s=_median(np.array(tally.onsets)),
        offset_error_s=_median(np.abs(tally.offsets)),
        offset_shift_s=_median(np.array(tally.offsets)),
    )


def _overall(rows: Sequence[tuple[float | None, ...]]) -> tuple[float | None, ...]:
    """Mean over the behaviours that have one, at each overlap."""
    values = np.array([[math.nan if value is None else value for value in row] for row in rows])
    return tuple(_defined(_mean(column)) for column in values.T)


def _median(errors: NDArray[np.float64]) -> float | None:
    return float(np.median(errors)) if len(errors) else None


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


def _defined(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
