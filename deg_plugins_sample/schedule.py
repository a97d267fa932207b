"""When an animal does what: activities dealt into bouts, one after another, that blend into each other.

Axes: T frames, A activities. An activity is what the body is busy with, one at a time; a behaviour is a column of the
labels, and behaviours may overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.spans import mark_spans, smoothstep

# Bouts of a recording are stretched to fill it, but never squeezed below this part of their length.
_LEAST_STRETCH = 0.85


@dataclass(frozen=True)
class Activity:
    """Something an animal does with its whole body.

    Attributes:
        name: What it is.
        share: Part of the frames spent so, 0..1; the shares of an animal add up to 1.
        shortest_s: Shortest bout, seconds.
        longest_s: Longest bout, seconds.
    """

    name: str
    share: float
    shortest_s: float
    longest_s: float

    @property
    def mean_s(self) -> float:
        """Mean length of a bout, seconds."""
        return (self.shortest_s + self.longest_s) / 2


class Bout(NamedTuple):
    """Frames `start` up to, not including, `stop` of one activity, given by its number."""

    activity: int
    start: int
    stop: int


def deal_bouts(
    activities: Sequence[Activity], n_frames: int, frames_per_second: float, rng: np.random.Generator
) -> list[Bout]:
    """Fill a recording with bouts.

    Bouts are dealt like cards, a number of each activity that fits its share, so that a rare one is in every recording
    long enough to hold all; order and lengths are drawn.

    Args:
        activities: What to deal.
        n_frames: Frames to fill.
        frames_per_second: Frame rate, Hz.
        rng: Source of chance.

    Returns:
        Bouts in order, without gaps, from frame 0 to `n_frames`; neighbours are of different activities.
    """
    order = _draw_order(_draw_counts(activities, n_frames / frames_per_second, rng), rng)
    lengths_s = np.array([rng.uniform(activities[a].shortest_s, activities[a].longest_s) for a in order])
    lengths = lengths_s * frames_per_second
    stretch = max(n_frames / lengths.sum(), _LEAST_STRETCH)
    edges = np.minimum(np.rint(np.cumsum(lengths) * stretch), n_frames).astype(int)
    edges[-1] = n_frames
    starts = np.concatenate([[0], edges[:-1]])
    bouts = [Bout(a, int(start), int(stop)) for a, start, stop in zip(order, starts, edges, strict=True)]
    return [bout for bout in bouts if bout.stop > bout.start]


def _draw_counts(activities: Sequence[Activity], duration_s: float, rng: np.random.Generator) -> list[int]:
    # Recordings differ in how much of each activity they hold, as animals do.
    wanted = [activity.share * duration_s / activity.mean_s * rng.uniform(0.8, 1.2) for activity in activities]
    return [max(1, round(count)) for count in wanted]


def _draw_order(counts: list[int], rng: np.random.Generator) -> list[int]:
    left = np.array(counts, dtype=np.float64)
    order: list[int] = []
    while left.sum() > 0:
        chances = left.copy()
        if order:
            chances[order[-1]] = 0.0
        if chances.sum() == 0:  # only more of the same is left: the last bout stands for it
            break
        order.append(int(rng.choice(len(left), p=chances / chances.sum())))
        left[order[-1]] -= 1
    return order


def blend_bouts(
    bouts: Sequence[Bout], n_activities: int, frames_per_second: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """How much each activity shapes the body in each frame.

    One activity turns into the next around the edge between their bouts, half and half at the edge itself, over 0.2 to
    0.4 s or less where bouts are short.

    Args:
        bouts: Bouts in order, without gaps.
        n_activities: A.
        frames_per_second: Frame rate, Hz.
        rng: Source of chance.

    Returns:
        Weights, 0..1, adding up to 1 in each frame; shape (T, A).
    """
    weights = np.zeros((bouts[-1].stop, n_activities))
    for bout in bouts:
        weights[bout.start : bout.stop, bout.activity] = 1.0
    for before, after in pairwise(bouts):
        edge, shorter = after.start, min(before.stop - before.start, after.stop - after.start)
        width = min(rng.uniform(0.2, 0.4) * frames_per_second, 0.8 * shorter)
        frames = np.arange(max(0, int(edge - width / 2)), min(len(weights), int(edge + width / 2) + 1))
        mix = smoothstep((frames + 0.5 - edge) / width + 0.5)
        weights[frames] = 0.0
        weights[frames, before.activity] = 1.0 - mix
        weights[frames, after.activity] = mix
    return weights


def mark_bouts(bouts: Sequence[Bout], activity: int, n_frames: int) -> NDArray[np.int8]:
    """1 in the bouts of one activity, 0 elsewhere; shape (T,), int8."""
    return mark_spans([(bout.start, bout.stop) for bout in bouts if bout.activity == activity], n_frames)


def find_free(bouts: Sequence[Bout], activities: Sequence[int]) -> list[tuple[int, int]]:
    """Unbroken spans of frames in which the animal does one of these activities, half-open."""
    free: list[tuple[int, int]] = []
    for bout in bouts:
        if bout.activity not in activities:
            continue
        if free and free[-1][1] == bout.start:
            free[-1] = (free[-1][0], bout.stop)
        else:
            free.append((bout.start, bout.stop))
    return free
