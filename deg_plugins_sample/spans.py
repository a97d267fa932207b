"""Half-open spans of frames: marking them, easing in and out of them, laying them out. Axes: T frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def smoothstep(x: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Rise from 0 at x <= 0 to 1 at x >= 1, level at both ends; a new array."""
    clipped = np.clip(x, 0.0, 1.0)
    return np.asarray(clipped * clipped * (3.0 - 2.0 * clipped), dtype=np.float64)


def mark_spans(spans: Sequence[tuple[int, int]], n_frames: int) -> NDArray[np.int8]:
    """1 inside the half-open spans, 0 outside; shape (T,), int8."""
    marks = np.zeros(n_frames, dtype=np.int8)
    for start, stop in spans:
        marks[start:stop] = 1
    return marks


def blend_spans(spans: Sequence[tuple[int, int]], n_frames: int, ramp_frames: float) -> NDArray[np.float64]:
    """How far something that comes and goes is under way in each frame.

    Args:
        spans: Half-open spans, in order, that do not touch.
        n_frames: T.
        ramp_frames: Frames to come and to go, half of them outside the span.

    Returns:
        0 outside, 1 inside, 0.5 at the edges; shape (T,).
    """
    under_way = np.zeros(n_frames)
    reach = int(ramp_frames / 2) + 1
    for start, stop in spans:
        # Only the frames around a span are looked at, so that long recordings cost no more per frame.
        around = slice(max(0, start - reach), min(n_frames, stop + reach))
        frames = np.arange(around.start, around.stop) + 0.5
        rise = smoothstep((frames - start) / ramp_frames + 0.5)
        fall = smoothstep((frames - stop) / ramp_frames + 0.5)
        under_way[around] = np.maximum(under_way[around], rise - fall)
    return under_way


def scatter_spans(
    free: Sequence[tuple[int, int]],
    lengths: tuple[float, float],
    wanted: float,
    edge: float,
    rng: np.random.Generator,
) -> tuple[tuple[int, int], ...]:
    """Lay something that goes along with other activities into the spans free for it.

    Args:
        free: Half-open spans, in order.
        lengths: Shortest and longest, frames.
        wanted: Frames to cover in all, about.
        edge: Frames left free at both ends of a free span.
        rng: Source of chance.

    Returns:
        Half-open spans, in order, at most one in each free span, none touching its edges.
    """
    spans: list[tuple[int, int]] = []
    for index in rng.permutation(len(free)).tolist():
        start, stop = free[index]
        length = min(rng.uniform(*lengths), stop - start - 2 * edge)
        if sum(last - first for first, last in spans) >= wanted or length < lengths[0]:
            continue
        first = round(start + edge + rng.uniform(0.0, stop - start - 2 * edge - length))
        spans.append((first, first + round(length)))
    return tuple(sorted(spans))
