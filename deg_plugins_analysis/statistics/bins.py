"""How behaviour changes with time: over a recording, and over the day.

Axes: T frames, K behaviours, B bins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.statistics.bouts import bouts_of
from deg_plugins_analysis.statistics.summary import ratio


@dataclass(frozen=True, slots=True)
class Bin:
    """One behaviour in one stretch of time of one recording.

    Attributes:
        recording: The recording.
        rater: Who scored it.
        behaviour: The behaviour.
        start_s: Begin of the stretch: seconds since the recording began, or the hour of the day in seconds.
        stop_s: Its end.
        scored_s: Time in which somebody looked, seconds.
        time_s: Time spent, seconds.
        share: Of the scored time; NaN where nobody looked.
        n_onsets: Bouts that began.
        onsets_per_min: Of the scored time.
    """

    recording: str
    rater: str
    behaviour: str
    start_s: float
    stop_s: float
    scored_s: float
    time_s: float
    share: float
    n_onsets: int
    onsets_per_min: float


def over_recording(observation: Observation, bin_s: float) -> list[Bin]:
    """Count in stretches of `bin_s` seconds; the last may be shorter."""
    n_frames, rate = observation.labels.n_frames, observation.frames_per_second
    bins = np.floor(np.arange(n_frames) / rate / bin_s + 1e-9).astype(np.int64)
    n_bins = int(bins[-1]) + 1 if n_frames else 0
    edges_s = np.asarray(np.minimum(np.arange(n_bins + 1) * bin_s, n_frames / rate), dtype=np.float64)
    return _count(observation, bins, edges_s)


def over_day(observation: Observation, start: datetime) -> list[Bin]:
    """Count in hours of the day, 0 to 23; hours in which the recording did not run are left out."""
    n_frames, rate = observation.labels.n_frames, observation.frames_per_second
    since_midnight_s = start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6
    hours = ((since_midnight_s + np.arange(n_frames) / rate) // 3600).astype(np.int64) % 24
    return [each for each in _count(observation, hours, np.arange(25, dtype=np.float64) * 3600) if each.scored_s]


def _count(observation: Observation, bins: NDArray[np.int64], edges_s: NDArray[np.float64]) -> list[Bin]:
    """Count in bins; `bins` names that of each frame, shape (T,), and `edges_s` has shape (B + 1,)."""
    rate, n_bins = observation.frames_per_second, max(len(edges_s) - 1, 0)
    rows = []
    for (name, bouts), marks in zip(bouts_of(observation.labels).items(), observation.labels.marks.T, strict=True):
        scored_s = np.bincount(bins, marks >= 0, n_bins) / rate
        time_s = np.bincount(bins, marks == 1, n_bins) / rate
        onsets = np.bincount(bins[bouts.spans[:, 0]], minlength=n_bins)
        rows += [
            Bin(
                observation.recording,
                observation.rater,
                name,
                start_s=float(edges_s[at]),
                stop_s=float(edges_s[at + 1]),
                scored_s=float(scored_s[at]),
                time_s=float(time_s[at]),
                share=ratio(float(time_s[at]), float(scored_s[at])),
                n_onsets=int(onsets[at]),
                onsets_per_min=ratio(60 * int(onsets[at]), float(scored_s[at])),
            )
            for at in range(n_bins)
        ]
    return rows
