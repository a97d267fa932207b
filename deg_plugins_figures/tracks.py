"""What people and deg say about one recording, side by side.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tracks:
    """Labels and predictions of a stretch of one recording.

    Attributes:
        recording: Its name.
        behaviours: Names of the columns.
        frames_per_second: Mean rate, Hz.
        probabilities: 0..1; shape (T, K), float32.
        present: What deg decided; shape (T, K), bool.
        thresholds: Least probability that counts as present; shape (K,), float32; NaN where there is none.
        marks: A person's labels: 1, 0, or -1 where not labelled; shape (T, K), int8. None where nobody scored it.
        first_frame: Which frame of the recording the first row is.
        test_spans: Frames of the recording that the model never saw, half-open.
    """

    recording: str
    behaviours: tuple[str, ...]
    frames_per_second: float
    probabilities: NDArray[np.float32]
    present: NDArray[np.bool_]
    thresholds: NDArray[np.float32]
    marks: NDArray[np.int8] | None = None
    first_frame: int = 0
    test_spans: Sequence[tuple[int, int]] = ()

    @property
    def n_frames(self) -> int:
        """Frames in the stretch."""
        return len(self.present)

    @property
    def start_s(self) -> float:
        """When the stretch begins, seconds into the recording."""
        return self.first_frame / self.frames_per_second

    @property
    def stop_s(self) -> float:
        """When it ends."""
        return (self.first_frame + self.n_frames) / self.frames_per_second

    def cut(self, start: int, stop: int) -> Tracks:
        """The rows `start` up to, not including, `stop`, as views."""
        return replace(
            self,
            probabilities=self.probabilities[start:stop],
            present=self.present[start:stop],
            marks=None if self.marks is None else self.marks[start:stop],
            first_frame=self.first_frame + start,
        )


@dataclass(frozen=True, slots=True)
class Bins:
    """Values of frames summed up for a drawing that has fewer columns than frames.

    Attributes:
        edges: First frame of each bin, and the end of the last; shape (n + 1,).
        mean: shape (n, ...), float64.
        highest: shape (n, ...).
    """

    edges: NDArray[np.int64]
    mean: NDArray[np.float64]
    highest: NDArray[np.float64]


def bin_frames(values: NDArray[np.float64], at_most: int) -> Bins:
    """Sum frames up in bins of (nearly) equal length; as many bins as frames where those are few.

    Args:
        values: shape (T, ...), T >= 1.
        at_most: Bins at the most.
    """
    n_bins = min(len(values), at_most)
    edges = np.arange(n_bins + 1, dtype=np.int64) * len(values) // n_bins
    widths = np.diff(edges).reshape(-1, *[1] * (values.ndim - 1))
    return Bins(
        edges=edges,
        mean=np.add.reduceat(values, edges[:-1], axis=0) / widths,
        highest=np.maximum.reduceat(values, edges[:-1], axis=0),
    )
