"""Counts from which every coefficient of agreement follows, recording by recording.

Axes: T frames, K behaviours, R raters, N recordings, P pairs of raters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError
from deg_plugins_analysis.observations.observation import Observation

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ratings:
    """What all raters said about the same frames of the same recordings.

    Attributes:
        raters: Their names.
        behaviours: Names of the behaviours.
        recordings: Names of those that at least two raters scored.
        frames_per_second: Of each recording, Hz; shape (N,).
        marks: 1, 0, or -1 where a rater did not look or did not score the recording at all; for each recording an array
            of shape (R, T, K), int8.
    """

    raters: tuple[str, ...]
    behaviours: tuple[str, ...]
    recordings: tuple[str, ...]
    frames_per_second: NDArray[np.float64]
    marks: tuple[NDArray[np.int8], ...]

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """All pairs of raters, by their places."""
        return tuple(combinations(range(len(self.raters)), 2))

    @property
    def is_exclusive(self) -> bool:
        """Whether no rater ever saw two behaviours at once."""
        return all(int((each == 1).sum(axis=2).max(initial=0)) <= 1 for each in self.marks)


def rate_together(observations: Sequence[Observation]) -> tuple[Ratings, list[str]]:
    """Lay the observations of each recording on each other.

    Args:
        observations: All with the same behaviours.

    Returns:
        The ratings, and notes on what was left out: recordings with one rater, and frames beyond the end of the shorter
        of two scores.

    Raises:
        LabelError: There are not two raters of any recording, they have no behaviour in common, or they scored at
            different frame rates.
    """
    raters = tuple(dict.fromkeys(each.rater for each in observations))
    by_recording: dict[str, dict[str, Observation]] = {}
    for each in observations:
        by_recording.setdefault(each.recording, {})[each.rater] = each
    shared = {name: own for name, own in sorted(by_recording.items()) if len(own) > 1}
    if not shared:
        raise LabelError(
            "no recording was scored by two raters",
            where=", ".join(raters),
            fix="give files of one recording the same name, whoever scored it",
        )
    notes = []
    if len(shared) < len(by_recording):
        alone = [name for name in by_recording if name not in shared]
        notes.append(f"{len(alone)} recordings have one rater and are left out: {', '.join(alone[:5])}")
    marks = []
    for name, own in shared.items():
        notes += _note_lengths(name, own)
        marks.append(_stack(name, own, raters))
    rates = np.array([next(iter(own.values())).frames_per_second for own in shared.values()])
    behaviours = observations[0].labels.behaviours
    if not any(((each >= 0).sum(axis=0) > 1).any() for each in marks):
        raise LabelError(
            "no two raters looked for the same behaviour at the same time",
            where=", ".join(raters),
            fix="if they spelt it differently, unite the spellings with --same",
        )
    ratings = Ratings(raters, behaviours, tuple(shared), rates, tuple(marks))
    return ratings, [*notes, *_note_unknown(ratings)]


def _stack(name: str, own: dict[str, Observation], raters: Sequence[str]) -> NDArray[np.int8]:
    rates = {rater: each.frames_per_second for rater, each in own.items()}
    if max(rates.values()) - min(rates.values()) > 1e-3 * max(rates.values()):
        told = ", ".join(f"{rater} {rate:g}" for rater, rate in rates.items())
        raise LabelError(
            f"scored at different frame rates: {told} frames per second",
            where=f"recording {name!r}",
            fix="if they scored the same time, bring them to one rate: --resample RATE",
        )
    n_frames = max(each.labels.n_frames for each in own.values())
    n_behaviours = len(next(iter(own.values())).labels.behaviours)
    marks = np.full((len(raters), n_frames, n_behaviours), -1, dtype=np.int8)
    for rater, each in own.items():
        marks[raters.index(rater), : each.labels.n_frames] = each.labels.marks
    return marks


def _note_lengths(name: str, own: dict[str, Observation]) -> list[str]:
    lengths = {rater: each.labels.n_frames for rater, each in own.items()}
    if len(set(lengths.values())) == 1:
        return []
    told = ", ".join(f"{rater} {n}" for rater, n in lengths.items())
    return [f"{name}: scores have different lengths ({told} frames); only frames that both raters scored are compared"]


def _note_unknown(ratings: Ratings) -> list[str]:
    """Behaviours that a rater never looked for anywhere."""
    notes = []
    for at, rater in enumerate(ratings.raters):
        looked = np.any([(each[at] >= 0).any(axis=0) for each in ratings.marks], axis=0)
        lacking = [name for name, known in zip(ratings.behaviours, looked, strict=True) if not known]
        if lacking:
            notes.append(f"{rater} did not look for {', '.join(lacking)}; nobody is compared with {rater} on that")
    return notes


def pair_counts(ratings: Ratings) -> Counts:
    """Frames by what two raters said, where both looked.

    Returns:
        For each recording, pair and behaviour: [absent, present] of the first by [absent, present] of the second; shape
        (N, P, K, 2, 2).
    """
    tables = np.zeros((len(ratings.marks), len(ratings.pairs), len(ratings.behaviours), 2, 2), dtype=np.int64)
    for n, marks in enumerate(ratings.marks):
        scored, present = marks >= 0, marks == 1
        for p, (one, other) in enumerate(ratings.pairs):
            both = scored[one] & scored[other]
            first, second = present[one] & both, present[other] & both
            together = (first & second).sum(axis=0)
            tables[n, p, :, 1, 1] = together
            tables[n, p, :, 1, 0] = first.sum(axis=0) - together
            tables[n, p, :, 0, 1] = second.sum(axis=0) - together
            tables[n, p, :, 0, 0] = (both & ~first & ~second).sum(axis=0)
    return tables


def rating_counts(ratings: Ratings) -> Counts:
    """Frames by how many raters looked, and how many of them saw the behaviour.

    Returns:
        By recording and behaviour, raters that saw it by raters that looked; shape (N, K, R + 1, R + 1).
    """
    side = len(ratings.raters) + 1
    counts = np.zeros((len(ratings.marks), len(ratings.behaviours), side, side), dtype=np.int64)
    for n, marks in enumerate(ratings.marks):
        seen, looked = (marks == 1).sum(axis=0), (marks >= 0).sum(axis=0)
        for k in range(len(ratings.behaviours)):
            codes = seen[:, k] * side + looked[:, k]
            counts[n, k] = np.bincount(codes, minlength=side * side).reshape(side, side)
    return counts


def confusion_counts(ratings: Ratings) -> Counts:
    """Frames by what two raters said, behaviours beside each other, `none` last.

    A frame in which somebody saw two behaviours counts for each.

    Returns:
        For each pair: behaviour of the first by behaviour of the second, where both looked for all that anybody looked
        for; shape (P, K + 1, K + 1).
    """
    size = len(ratings.behaviours) + 1
    tables = np.zeros((len(ratings.pairs), size, size), dtype=np.int64)
    for marks in ratings.marks:
        for p, (one, other) in enumerate(ratings.pairs):
            looked_for = ((marks[one] >= 0).any(axis=0)) & ((marks[other] >= 0).any(axis=0))
            both = (marks[[one, other]][:, :, looked_for] >= 0).all(axis=(0, 2)) & looked_for.any()
            first, second = (_with_none((marks[at, both] == 1) & looked_for) for at in (one, other))
            tables[p] += first.T @ second
    return tables


def _with_none(present: NDArray[np.bool_]) -> Counts:
    """Behaviours as 0 and 1, with a last column for none of them; shape (T, K + 1)."""
    return np.column_stack([present, ~present.any(axis=1)]).astype(np.int64)
