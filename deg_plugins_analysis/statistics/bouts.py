"""Bouts of one recording, and the time between them.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deg_core.api import Labels, find_runs


@dataclass(frozen=True, slots=True)
class Bouts:
    """Bouts of one behaviour in one recording, in order of time.

    Attributes:
        spans: First frame and first frame after it; shape (n, 2).
        is_cut: Whether a bout touches the begin or end of what was scored, so that its length is a lower bound;
            shape (n,).
        since_previous: Frames between the end of the bout before and this one; NaN for the first, and where frames
            between them were not labelled; shape (n,).
        n_scored: Frames that were labelled.
        first_scored: The first of them; 0 where there is none.
    """

    spans: NDArray[np.int64]
    is_cut: NDArray[np.bool_]
    since_previous: NDArray[np.float64]
    n_scored: int
    first_scored: int

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Frames of each bout; shape (n,)."""
        lengths: NDArray[np.int64] = self.spans[:, 1] - self.spans[:, 0]
        return lengths


def find_bouts(marks: NDArray[np.int8]) -> Bouts:
    """Find the bouts of one behaviour.

    Args:
        marks: 1, 0, or -1 where nobody looked; shape (T,).
    """
    spans = find_runs(marks == 1)
    scored = marks >= 0
    open_ended = np.concatenate([[False], scored, [False]])
    is_cut = ~open_ended[spans[:, 0]] | ~open_ended[spans[:, 1] + 1]
    since = np.full(len(spans), np.nan)
    if len(spans) > 1:
        n_unlabelled = np.concatenate([[0], np.cumsum(~scored)])
        gaps = (n_unlabelled[spans[1:, 0]] - n_unlabelled[spans[:-1, 1]]) > 0
        since[1:] = np.where(gaps, np.nan, spans[1:, 0] - spans[:-1, 1])
    return Bouts(spans, is_cut, since, int(scored.sum()), int(scored.argmax()) if scored.size else 0)


def bouts_of(labels: Labels) -> dict[str, Bouts]:
    """Bouts of every behaviour, by name."""
    return {name: find_bouts(column) for name, column in zip(labels.behaviours, labels.marks.T, strict=True)}
