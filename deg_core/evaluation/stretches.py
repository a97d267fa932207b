"""Scores stretches of recordings together: frames, bouts, and how far both can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deg_core.data.scored_stretch import ScoredStretch
from deg_core.descriptors import MetricPlugin
from deg_core.evaluation.bouts import Stretch, score_bouts
from deg_core.evaluation.intervals import units_of
from deg_core.evaluation.report import Report
from deg_core.evaluation.score import score_predictions


def score_stretches(
    stretches: Sequence[ScoredStretch],
    behaviours: Sequence[str],
    metrics: Sequence[MetricPlugin[Any]],
    seed: int,
    n_resamples: int,
) -> Report:
    """Score frames and bouts, beside chance, with intervals over recordings; over blocks where there is one alone.

    Args:
        stretches: At least one.
        behaviours: Names of the columns.
        metrics: What to compute of frames.
        seed: For shuffles and resamples.
        n_resamples: How often recordings are drawn anew; 0 for no intervals.
    """
    units, drawn = units_of([each.recording for each in stretches for _ in each.labels])
    frames = score_predictions(
        np.concatenate([each.probabilities for each in stretches]),
        np.concatenate([each.present for each in stretches]),
        np.concatenate([each.labels for each in stretches]),
        behaviours,
        metrics,
        seed,
        units,
        n_resamples,
    )
    own_units = np.split(units, np.cumsum([len(each.labels) for each in stretches])[:-1])
    tracks = [
        Stretch(each.present, each.labels, of, each.frames_per_second)
        for each, of in zip(stretches, own_units, strict=True)
    ]
    about = {
        "bouts": score_bouts(tracks, behaviours, seed, n_resamples),
        "recordings": tuple(sorted({each.recording for each in stretches})),
        "resampled": drawn if n_resamples else "",
        "n_units": int(units.max(initial=-1)) + 1 if n_resamples else 0,
    }
    return frames.model_copy(update=about)
