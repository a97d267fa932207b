"""What a file with a value for each frame, or for each of its own instants, says, and how it becomes labels.

Axes: N samples, T frames, K behaviours.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.labels.naming import MOST_BEHAVIOURS, NO_NAME, is_name, repeated

log = logging.getLogger(__name__)

_SLACK_S = 0.0006
"""By how much written times may miss the frame they mean: most programs round to milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Marks at instants.

    Attributes:
        path: The file.
        marks: 1, 0, or -1 where a sample says nothing; shape (N, K), int8.
        behaviours: Names of the columns.
        times_s: When each sample was taken, since the recording's first frame; shape (N,), rising. None where they
            are its frames.
        rate: Frame rate that the file states, Hz.
    """

    path: Path
    marks: NDArray[np.int8]
    behaviours: tuple[str, ...]
    times_s: NDArray[np.float64] | None = None
    rate: float | None = None

    def labels(self, settings: Any, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:  # noqa: ARG002
        """Labels of one recording; see `ReadLabels`."""
        self._require_names()
        if self.times_s is None:
            self._require_length(timeline)
            return Labels(self.marks, self.behaviours, timeline.frames_per_second if timeline else self.rate)
        if timeline is None:
            fix = "give its video along with the labels"
            raise LabelError("samples do not tell the recording's frames", where=str(self.path), fix=fix)
        return Labels(self._at_frames(self.times_s, timeline), self.behaviours, timeline.frames_per_second)

    def _require_names(self) -> None:
        names = self.behaviours
        twice = repeated(names)
        if twice or not all(map(is_name, names)):
            problem = f"several columns for {', '.join(map(repr, twice))}" if twice else NO_NAME
            raise LabelError(problem, where=str(self.path), fix="name each behaviour once")
        if not len(self.marks):
            raise LabelError("holds no frames", where=str(self.path), fix="export the labels again")

    def _require_length(self, timeline: Timeline | None) -> None:
        if timeline is not None and len(self.marks) != timeline.n_frames:
            raise LabelError(
                f"labels for {len(self.marks)} frames, the recording has {timeline.n_frames}",
                where=f"{self.path}, for {timeline.name}",
                fix="check that the file belongs to this recording and that neither was cut",
            )

    def _at_frames(self, times_s: NDArray[np.float64], timeline: Timeline) -> NDArray[np.int8]:
        """The last sample at or before each frame, for as long as a sample lasts."""
        gaps_s = np.diff(times_s)
        if not np.isfinite(times_s).all() or (gaps_s <= 0).any():
            raise LabelError("times do not rise", where=str(self.path), fix="export the labels again")
        frame_s = 1 / timeline.frames_per_second
        lasts_s = max(float(np.median(gaps_s)) if len(gaps_s) else frame_s, frame_s)
        end_s = timeline.time_at(timeline.n_frames)
        if times_s[-1] > end_s + frame_s:
            raise LabelError(
                f"its last sample is at {times_s[-1]:g} s, the recording ends at {end_s:.3f} s",
                where=f"{self.path}, for {timeline.name}",
                fix="check that the file belongs to this recording, and its time offset",
            )
        slack_s = min(_SLACK_S, frame_s / 4)
        at = np.searchsorted(times_s, timeline.times_s + slack_s, side="right") - 1
        is_known = (at >= 0) & (timeline.times_s < times_s[at] + lasts_s - slack_s)
        marks: NDArray[np.int8] = np.where(is_known[:, None], self.marks[at], -1).astype(np.int8)
        if not is_known.all():
            log.warning("%s: says nothing of %d frames of the recording", self.path, int((~is_known).sum()))
        return marks


def whole_numbers(values: Any) -> NDArray[np.int64]:
    """Classes or marks as a file has them, of any shape; int64.

    Raises:
        ValueError: One is not a whole number.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not ((numbers == np.round(numbers)) & (np.abs(numbers) < 2**53)).all():
        raise ValueError("a class or a mark that is no whole number")
    return numbers.astype(np.int64)


def one_hot(names: Sequence[str], behaviours: Sequence[str]) -> NDArray[np.int8]:
    """One behaviour at a time as marks; names that are no behaviour are the absence of all.

    Args:
        names: One for each sample.
        behaviours: Of the columns.

    Returns:
        Shape (N, K), int8.

    Raises:
        ValueError: There are more behaviours than anybody scores.
    """
    if len(behaviours) > MOST_BEHAVIOURS:
        raise ValueError(f"{len(behaviours)} different texts where behaviours should be")
    column = {name: at for at, name in enumerate(behaviours)}
    at = np.array([column.get(name, -1) for name in names], dtype=np.intp)
    marks: NDArray[np.int8] = (at[:, None] == np.arange(len(behaviours))).astype(np.int8)
    return marks
