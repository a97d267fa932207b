"""What a fly does, for how long, and where it goes. Axes: T frames, K behaviours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.rhythm import BoutDraws, Track, draw_slow_noise
from deg_plugins_sample.schedule import Activity, Bout, blend_bouts, deal_bouts, find_free, mark_bouts
from deg_plugins_sample.spans import mark_spans, scatter_spans
from deg_plugins_sample.walk import Gait, Path, count_room, walk

BEHAVIOURS = ("walking", "wing_extension", "head_grooming", "abdomen_grooming", "wing_flick")

PAUSE, WALKING, HEAD_GROOMING, ABDOMEN_GROOMING, WING_FLICK = range(5)
_ACTIVITIES = (
    Activity("pause", 0.31, 0.7, 2.4),
    Activity("walking", 0.36, 1.0, 3.6),
    Activity("head_grooming", 0.16, 1.0, 3.6),
    Activity("abdomen_grooming", 0.135, 0.9, 3.0),
    Activity("wing_flick", 0.035, 0.6, 1.2),
)
_GAIT = Gait(
    slowest_turn=math.radians(160),
    fastest_turn=math.radians(320),
    widest_turn=math.radians(150),
    narrowest_turn=math.radians(35),
    ramp_s=0.14,
    turns_hz=0.2,
    drift=math.radians(16),
)
EXTENSION = Activity("wing_extension", 0.16, 0.7, 2.6)


@dataclass(frozen=True)
class FlyScript:
    """What a fly does and where it goes, which is all that its labels depend on."""

    bouts: tuple[Bout, ...]
    weights: NDArray[np.float64]
    path: Path
    speed: Track
    extensions: tuple[tuple[int, int], ...]

    @property
    def labels(self) -> NDArray[np.int8]:
        """1 or 0 for each behaviour; shape (T, K)."""
        n_frames = len(self.weights)
        marks = {activity.name: mark_bouts(self.bouts, a, n_frames) for a, activity in enumerate(_ACTIVITIES)}
        marks["wing_extension"] = mark_spans(self.extensions, n_frames)
        return np.stack([marks[name] for name in BEHAVIOURS], axis=1)


def write_script(n_frames: int, frames_per_second: float, rng: np.random.Generator) -> FlyScript:
    """Settle what a fly does and where it goes."""
    bouts = deal_bouts(_ACTIVITIES, n_frames, frames_per_second, rng)
    weights = blend_bouts(bouts, len(_ACTIVITIES), frames_per_second, rng)
    walking = BoutDraws.for_activity(bouts, WALKING, n_frames, rng)
    speed = weights[:, WALKING] * walking.uniform(0.26, 0.5)
    speed *= 1.0 + 0.2 * draw_slow_noise(n_frames, 0.35 * frames_per_second, rng)
    free = find_free(bouts, (PAUSE, WALKING))
    path = walk(speed, count_room(free, n_frames), _GAIT, frames_per_second, rng)
    extensions = scatter_spans(
        free,
        (EXTENSION.shortest_s * frames_per_second, EXTENSION.longest_s * frames_per_second),
        EXTENSION.share * n_frames,
        0.3 * frames_per_second,
        rng,
    )
    return FlyScript(tuple(bouts), weights, path, speed, extensions)
