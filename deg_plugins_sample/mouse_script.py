"""What a mouse does, for how long, and where it goes. Axes: T frames, K behaviours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.rhythm import BoutDraws, Track, draw_slow_noise
from deg_plugins_sample.schedule import Activity, Bout, blend_bouts, deal_bouts, find_free, mark_bouts
from deg_plugins_sample.spans import mark_spans
from deg_plugins_sample.walk import Gait, Path, count_room, walk

BEHAVIOURS = ("locomotion", "turning", "grooming", "digging", "rearing", "scratching")

PAUSE, LOCOMOTION, GROOMING, DIGGING, REARING, SCRATCHING = range(6)
_ACTIVITIES = (
    Activity("pause", 0.27, 0.6, 2.2),
    Activity("locomotion", 0.34, 1.0, 3.6),
    Activity("grooming", 0.16, 1.0, 4.0),
    Activity("digging", 0.14, 0.9, 3.2),
    Activity("rearing", 0.055, 0.7, 1.7),
    Activity("scratching", 0.035, 0.6, 1.3),
)
_GAIT = Gait(
    slowest_turn=math.radians(120),
    fastest_turn=math.radians(210),
    widest_turn=math.radians(150),
    narrowest_turn=math.radians(60),
    ramp_s=0.2,
    turns_hz=0.12,
    drift=math.radians(14),
)


@dataclass(frozen=True)
class MouseScript:
    """What a mouse does and where it goes, which is all that its labels depend on."""

    bouts: tuple[Bout, ...]
    weights: NDArray[np.float64]
    path: Path
    speed: Track

    @property
    def labels(self) -> NDArray[np.int8]:
        """1 or 0 for each behaviour; shape (T, K)."""
        n_frames = len(self.weights)
        marks = {activity.name: mark_bouts(self.bouts, a, n_frames) for a, activity in enumerate(_ACTIVITIES)}
        marks["turning"] = mark_spans(self.path.turns, n_frames)
        return np.stack([marks[name] for name in BEHAVIOURS], axis=1)


def write_script(n_frames: int, frames_per_second: float, rng: np.random.Generator) -> MouseScript:
    """Settle what a mouse does and where it goes."""
    bouts = deal_bouts(_ACTIVITIES, n_frames, frames_per_second, rng)
    weights = blend_bouts(bouts, len(_ACTIVITIES), frames_per_second, rng)
    running = BoutDraws.for_activity(bouts, LOCOMOTION, n_frames, rng)
    speed = weights[:, LOCOMOTION] * running.uniform(0.26, 0.5)
    speed *= 1.0 + 0.15 * draw_slow_noise(n_frames, 0.5 * frames_per_second, rng)
    free = find_free(bouts, (PAUSE, LOCOMOTION))
    path = walk(speed, count_room(free, n_frames), _GAIT, frames_per_second, rng)
    return MouseScript(tuple(bouts), weights, path, speed)
