"""Recordings whose frames were decided one by one, for tests of post-processors."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from deg_core.api import FrameDecisions
from deg_core.testing.post_processor import decide_alone


def overlapping(
    probabilities: NDArray[np.float32], thresholds: NDArray[np.float32] | float = 0.5, neutral: float | None = None
) -> FrameDecisions:
    frames = decide_alone(np.asarray(probabilities, np.float32), exclusive=False, thresholds=thresholds)
    if neutral is None:
        return frames
    points = np.full(len(frames.thresholds), neutral, dtype=np.float32)
    return FrameDecisions(frames.probabilities, frames.present, frames.thresholds, points, exclusive=False)


def exclusive(shares: NDArray[np.float32]) -> FrameDecisions:
    return decide_alone(np.asarray(shares, np.float32), exclusive=True)


@st.composite
def decided_frames(draw: st.DrawFn, only_exclusive: bool | None = None) -> FrameDecisions:
    """Up to 40 frames of three behaviours, overlapping or exclusive."""
    is_exclusive = draw(st.booleans()) if only_exclusive is None else only_exclusive
    n_frames = draw(st.integers(1, 40))
    # Few distinct values, so that frames lie at, just above and just below thresholds.
    values = st.one_of(st.sampled_from([0.0, 0.25, 0.375, 0.5, 0.75, 1.0]), st.floats(0, 1, width=32))
    numbers = draw(arrays(np.float32, (n_frames, 4), elements=values))
    if is_exclusive:
        return exclusive(numbers[:, :3] / np.maximum(numbers.sum(axis=1, keepdims=True), np.float32(1e-3)))
    thresholds = draw(arrays(np.float32, 3, elements=values))
    return overlapping(numbers[:, :3], thresholds)


def at_most_one(present: NDArray[np.bool_]) -> bool:
    return bool((present.sum(axis=1) <= 1).all())
