"""Time courses that movements are made of: slow noise, beats, and numbers drawn anew for every bout.

Axes: T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.schedule import Bout
from deg_plugins_sample.spans import smoothstep

Track = NDArray[np.float64]


def draw_slow_noise(n_frames: int, period_frames: float, rng: np.random.Generator) -> Track:
    """Smooth noise of mean 0 and standard deviation near 0.8 that changes over about `period_frames`; shape (T,)."""
    n_knots = int(n_frames / period_frames) + 2
    knots = rng.standard_normal(n_knots)
    place = np.arange(n_frames) / period_frames
    left = place.astype(int)
    return np.asarray(knots[left] + (knots[left + 1] - knots[left]) * smoothstep(place - left))


@dataclass(frozen=True)
class BoutDraws:
    """Numbers that differ from one bout of an activity to the next.

    Attributes:
        owners: For each frame, which bout of the activity is nearest; shape (T,). Its numbers hold while a bout
            eases in and out too, since they change only half-way between two bouts.
        n_bouts: Bouts of the activity.
        rng: Source of chance.
    """

    owners: NDArray[np.int64]
    n_bouts: int
    rng: np.random.Generator

    @staticmethod
    def for_activity(bouts: Sequence[Bout], activity: int, n_frames: int, rng: np.random.Generator) -> BoutDraws:
        """Numbers for the bouts of one activity."""
        own = [bout for bout in bouts if bout.activity == activity]
        turnovers = [(before.stop + after.start) // 2 for before, after in pairwise(own)]
        owners = np.searchsorted(np.array(turnovers, dtype=np.int64), np.arange(n_frames), side="right")
        return BoutDraws(owners.astype(np.int64), max(1, len(own)), rng)

    def uniform(self, least: float, most: float) -> Track:
        """A number for each bout, evenly drawn; shape (T,)."""
        return self.rng.uniform(least, most, self.n_bouts)[self.owners]

    def side(self) -> Track:
        """-1 or 1 for each bout; shape (T,)."""
        return self.rng.choice([-1.0, 1.0], self.n_bouts)[self.owners]

    def chance(self, probability: float) -> Track:
        """1 with the given probability, else 0, for each bout; shape (T,)."""
        return (self.rng.random(self.n_bouts) < probability).astype(np.float64)[self.owners]

    def phase(self, least_hz: float, most_hz: float, frames_per_second: float) -> Track:
        """Phase of a beat whose tempo differs between bouts and wavers within one, radians; shape (T,)."""
        wavering = 1.0 + 0.08 * draw_slow_noise(len(self.owners), 0.7 * frames_per_second, self.rng)
        return count_phase(self.uniform(least_hz, most_hz) * wavering, frames_per_second, self.rng)


def count_phase(tempo_hz: Track, frames_per_second: float, rng: np.random.Generator) -> Track:
    """Phase of a beat of changing tempo from a drawn beginning, radians; shape (T,)."""
    return 2.0 * np.pi * (rng.random() + np.cumsum(tempo_hz) / frames_per_second)


class Manner:
    """How one animal does each of its activities.

    Args:
        bouts: What it does.
        weights: How much each activity shapes the body; shape (T, A).
        frames_per_second: Frame rate, Hz.
        rng: Source of chance.
    """

    def __init__(
        self, bouts: Sequence[Bout], weights: NDArray[np.float64], frames_per_second: float, rng: np.random.Generator
    ) -> None:
        self.bouts, self.weights, self.fps, self.rng = bouts, weights, frames_per_second, rng
        self.n_frames = len(weights)

    def draws(self, activity: int) -> BoutDraws:
        """Numbers for the bouts of one activity."""
        return BoutDraws.for_activity(self.bouts, activity, self.n_frames, self.rng)

    def sway(self, period_s: float) -> Track:
        """Slow noise that changes over about `period_s` seconds; shape (T,)."""
        return draw_slow_noise(self.n_frames, period_s * self.fps, self.rng)

    def blend(self, values: Sequence[Track | float]) -> Track:
        """What the activities, in order, want of one joint, each as far as it is under way; shape (T,)."""
        return np.asarray(sum(weight * value for weight, value in zip(self.weights.T, values, strict=True)))
