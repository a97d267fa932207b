"""From trials of growing size to curves: a score against what was labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.learning_curve.power_law import Gain, PowerLaw, expected_gain, fit_power_law
from deg_plugins_analysis.trials.trial import Outcome, report_rows

ALL = "all"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One trial's score of one behaviour.

    Attributes:
        trial: Which trial.
        behaviour: Of which behaviour; `all` for the mean.
        minutes: Labelled video that it learned from.
        present_frames: Of those, frames in which the behaviour is present; of `all`, in which each is, added up.
        score: The score; None where undefined.
        chance: The same by chance.
    """

    trial: str
    behaviour: str
    minutes: float
    present_frames: int
    score: float | None
    chance: float | None

    @property
    def amount(self) -> float:
        """What the curve is drawn against: minutes for the mean, present frames for a behaviour."""
        return self.minutes if self.behaviour == ALL else float(self.present_frames)


@dataclass(frozen=True, slots=True)
class Curve:
    """A score against labels.

    Attributes:
        behaviour: Of which behaviour; `all` for the mean.
        points: A trial each.
        law: The fitted curve; None where there is too little to fit.
        gain: What more labelled video would bring; None likewise.
    """

    behaviour: str
    points: tuple[CurvePoint, ...]
    law: PowerLaw | None
    gain: Gain | None

    @property
    def amounts(self) -> NDArray[np.float64]:
        """What the curve is drawn against."""
        return np.array([point.amount for point in self.points])

    @property
    def scores(self) -> NDArray[np.float64]:
        """Scores; NaN where undefined."""
        return np.array([np.nan if point.score is None else point.score for point in self.points])


def curve_points(outcomes: Sequence[Outcome], metric: str) -> list[CurvePoint]:
    """A point for each behaviour of each trial, and one for the mean."""
    points = []
    for outcome in outcomes:
        rate = outcome.stretches[0].frames_per_second
        minutes = outcome.train_frames / (rate if rate > 0 else 30.0) / 60
        for row in report_rows(outcome.trial, outcome.report):
            if row.metric == metric:
                present = outcome.train_present.get(row.behaviour, sum(outcome.train_present.values()))
                points.append(CurvePoint(outcome.trial, row.behaviour, minutes, present, row.score, row.chance))
    return points


def curves_of(points: Sequence[CurvePoint], more_minutes: float, seed: int) -> list[Curve]:
    """A curve for each behaviour and for the mean, and what more labelled video would bring.

    Trials without a single frame of a behaviour do not count for its curve. More video is taken to hold as many frames
    of it, per minute, as the largest trial.

    Args:
        points: From `curve_points`.
        more_minutes: Labelled video beyond the largest trial.
        seed: For the intervals.
    """
    curves = []
    for behaviour in dict.fromkeys(point.behaviour for point in points):
        own = tuple(point for point in points if point.behaviour == behaviour and point.amount > 0)
        curve = Curve(behaviour, own, None, None)
        if own:
            largest = max(own, key=lambda point: point.minutes)
            more = more_minutes * largest.amount / largest.minutes
            sizes = [point.trial.rpartition("-")[0] for point in own]  # what stands behind is the draw
            gain = expected_gain(curve.amounts, curve.scores, sizes, more, np.random.default_rng(seed))
            curve = Curve(behaviour, own, fit_power_law(curve.amounts, curve.scores), gain)
        curves.append(curve)
    return curves
