"""A recording in numbers: how much, how often, how long, how soon."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.statistics.bouts import Bouts, bouts_of


@dataclass(frozen=True, slots=True)
class Summary:
    """What one behaviour was like in one recording. What is not defined is NaN: no bout has no mean length.

    Attributes:
        recording: The recording.
        rater: Who scored it.
        behaviour: The behaviour.
        scored_s: Time in which somebody looked, seconds.
        time_s: Time spent, seconds.
        share: Of the scored time, 0..1; NaN where nobody looked.
        n_bouts: Number of bouts.
        bouts_per_min: Of the scored time.
        bout_mean_s: Mean length of bouts, seconds; and their median, quartiles, deviation and extremes.
        bout_median_s: Half are longer.
        bout_q25_s: A quarter is shorter.
        bout_q75_s: A quarter is longer.
        bout_sd_s: Standard deviation of the sample; NaN for fewer than two.
        bout_min_s: The shortest.
        bout_max_s: The longest.
        n_cut_bouts: Bouts that reach the begin or end of what was scored, whose true length is not known.
        latency_s: From the first scored frame to the first bout; NaN where there is none in `scored_s`.
        interval_mean_s: Mean time between the end of a bout and the next one.
        interval_median_s: Half are longer.
        n_intervals: Number of such times.
    """

    recording: str
    rater: str
    behaviour: str
    scored_s: float
    time_s: float
    share: float
    n_bouts: int
    bouts_per_min: float
    bout_mean_s: float
    bout_median_s: float
    bout_q25_s: float
    bout_q75_s: float
    bout_sd_s: float
    bout_min_s: float
    bout_max_s: float
    n_cut_bouts: int
    latency_s: float
    interval_mean_s: float
    interval_median_s: float
    n_intervals: int


def summarise(observation: Observation) -> list[Summary]:
    """Describe every behaviour of a recording."""
    rate = observation.frames_per_second
    return [_summary(observation, name, bouts, rate) for name, bouts in bouts_of(observation.labels).items()]


def _summary(observation: Observation, behaviour: str, bouts: Bouts, rate: float) -> Summary:
    lengths_s = bouts.lengths / rate
    intervals_s = bouts.since_previous[np.isfinite(bouts.since_previous)] / rate
    scored_s, time_s = bouts.n_scored / rate, float(lengths_s.sum())
    return Summary(
        recording=observation.recording,
        rater=observation.rater,
        behaviour=behaviour,
        scored_s=scored_s,
        time_s=time_s if scored_s else nan,
        share=ratio(time_s, scored_s),
        n_bouts=len(lengths_s),
        bouts_per_min=ratio(60 * len(lengths_s), scored_s),
        bout_mean_s=_of(np.mean, lengths_s),
        bout_median_s=_of(np.median, lengths_s),
        bout_q25_s=_quantile(lengths_s, 0.25),
        bout_q75_s=_quantile(lengths_s, 0.75),
        bout_sd_s=float(lengths_s.std(ddof=1)) if len(lengths_s) > 1 else nan,
        bout_min_s=_of(np.min, lengths_s),
        bout_max_s=_of(np.max, lengths_s),
        n_cut_bouts=int(bouts.is_cut.sum()),
        latency_s=(int(bouts.spans[0, 0]) - bouts.first_scored) / rate if len(lengths_s) else nan,
        interval_mean_s=_of(np.mean, intervals_s),
        interval_median_s=_of(np.median, intervals_s),
        n_intervals=len(intervals_s),
    )


def ratio(part: float, whole: float) -> float:
    """A part of a whole; NaN where there is no whole."""
    return part / whole if whole else nan


def _of(statistic: object, values: NDArray[np.float64]) -> float:
    return float(statistic(values)) if len(values) else nan  # type: ignore[operator]


def _quantile(values: NDArray[np.float64], share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else nan
