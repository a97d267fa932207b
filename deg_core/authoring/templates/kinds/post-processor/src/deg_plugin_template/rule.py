"""Drops bouts that are far shorter than any that was labelled.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from deg_core.api import FrameDecisions, PluginSettings, drop_short_bouts, find_runs
from numpy.typing import NDArray
from pydantic import Field


class RuleSettings(PluginSettings):
    """What is too short."""

    share: float = Field(default=0.5, ge=0, le=1, description="Of the shortest bout that was labelled.")


def learn_shortest(settings: RuleSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool) -> Mapping[str, Any]:
    """Learn how short a bout of each behaviour can be.

    Args:
        settings: The share of it that is too short.
        labels: Of each recording: 1, 0, or -1 where not labelled; shapes (T, K).
        exclusive: Makes no difference here.

    Returns:
        `least`: frames that a bout must have, for each behaviour; plain numbers, kept on the run's card.
    """
    n_behaviours = labels[0].shape[1]
    return {"least": [_least(settings.share, [marks[:, k] == 1 for marks in labels]) for k in range(n_behaviours)]}


def _least(share: float, recordings: Sequence[NDArray[np.bool_]]) -> int:
    lengths = [stop - start for present in recordings for start, stop in find_runs(present)]
    return max(1, int(share * min(lengths, default=1)))


def apply_rule(settings: RuleSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
    """Decide; True where a behaviour is present, shape (T, K), a new array."""
    columns = zip(frames.present.T, learned["least"], strict=True)
    return np.column_stack([drop_short_bouts(present[:, None], least) for present, least in columns])
