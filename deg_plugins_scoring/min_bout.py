"""Drops bouts that are too short, by one length for all behaviours or by one for each, learned from labels.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.api import UNLABELLED, FrameDecisions, drop_short_bouts, find_runs
from deg_plugins_scoring.settings import MinBoutPerBehaviourSettings, MinBoutSettings

Present = NDArray[np.bool_]


def apply_min_bout(settings: MinBoutSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> Present:
    """Drop bouts shorter than the settings say. See `deg_core.api.PostProcessorPlugin`."""
    del learned
    least = [settings.frames] * frames.present.shape[1]
    return filter_bouts(frames.present, least, fill_gaps=settings.fill_gaps, exclusive=frames.exclusive)


def apply_min_bout_per_behaviour(
    settings: MinBoutPerBehaviourSettings, learned: Mapping[str, Any], frames: FrameDecisions
) -> Present:
    """Drop bouts shorter than people's usually are. See `deg_core.api.PostProcessorPlugin`."""
    return filter_bouts(frames.present, learned["frames"], fill_gaps=settings.fill_gaps, exclusive=frames.exclusive)


def learn_least_frames(
    settings: MinBoutPerBehaviourSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool
) -> dict[str, Any]:
    """Learn the least length of each behaviour's bouts.

    It is a percentile of their lengths, rounded, half to even; 1 for a behaviour without any.
    """
    del exclusive
    lengths = bout_lengths(labels)
    usual = [round(float(np.percentile(each, settings.percentile))) if len(each) else 1 for each in lengths]
    return {"frames": [frames + settings.longer_by for frames in usual]}


def bout_lengths(labels: Sequence[NDArray[np.int8]]) -> list[NDArray[np.int64]]:
    """Lengths of all bouts of each behaviour; those next to frames without a label are left out, as nobody knows them.

    Args:
        labels: 1, 0 or -1 of each recording; shapes (T, K).
    """
    n_behaviours = labels[0].shape[1] if len(labels) else 0
    return [np.concatenate([_lengths(marks[:, column]) for marks in labels]) for column in range(n_behaviours)]


def _lengths(marks: NDArray[np.int8]) -> NDArray[np.int64]:
    runs = find_runs(marks == 1)
    around = np.pad(marks, 1)  # beyond the recording nothing is unknown: the bout ended with it
    whole = (around[runs[:, 0]] != UNLABELLED) & (around[runs[:, 1] + 1] != UNLABELLED)
    lengths: NDArray[np.int64] = np.diff(runs[whole], axis=1)[:, 0]
    return lengths


def filter_bouts(present: Present, least: Sequence[int], *, fill_gaps: bool, exclusive: bool) -> Present:
    """Drop bouts that are too short.

    With `fill_gaps` this is DeepEthogram's filter of `least - 1` frames (Bohnslav et al., eLife 2021): for lengths from
    1 frame upwards, first gaps of this length are filled, at the ends of the recording too, then bouts of this length
    are dropped.

    Args:
        present: True where a behaviour is present; shape (T, K).
        least: Frames that a bout of each behaviour must have to be kept, (K,); 1 keeps all.
        fill_gaps: Whether gaps shorter than that are filled.
        exclusive: Whether at most one behaviour happens at a time; then only gaps in which nothing happens are filled.

    Returns:
        A new array of the same shape.
    """
    kept: Present = present.copy()
    for frames in range(1, max(least, default=1)) if fill_gaps else ():
        for column, limit in enumerate(least):
            _fill_short_gaps(kept, column, min(frames, limit - 1), exclusive=exclusive)
        for column, limit in enumerate(least):
            kept[:, [column]] = drop_short_bouts(kept[:, [column]], min(frames + 1, limit))
    for column, limit in enumerate(least):
        if fill_gaps:  # where another behaviour's bout was dropped last
            _fill_short_gaps(kept, column, limit - 1, exclusive=exclusive)
        kept[:, [column]] = drop_short_bouts(kept[:, [column]], limit)
    return kept


def _fill_short_gaps(present: Present, column: int, frames: int, *, exclusive: bool) -> None:
    """Fill gaps of a behaviour of up to so many frames, in place."""
    gaps = find_runs(~present[:, column])
    occupied = np.concatenate([[0], np.cumsum(present.any(axis=1))]) if exclusive else np.zeros(len(present) + 1)
    for start, stop in gaps[np.diff(gaps, axis=1)[:, 0] <= frames]:
        if occupied[start] == occupied[stop]:
            present[start:stop, column] = True
