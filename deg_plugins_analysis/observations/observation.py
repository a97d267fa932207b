"""One recording as one rater saw it.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deg_core.api import UNLABELLED, LabelError, Labels

DEG = "deg"
"""The rater that is no person."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One recording as one rater saw it.

    Attributes:
        recording: Its name.
        rater: Who scored it; `deg` for predictions.
        labels: What was seen; its frame rate is known.
    """

    recording: str
    rater: str
    labels: Labels

    def __post_init__(self) -> None:
        if not self.labels.frames_per_second:
            raise ValueError(f"nobody knows the frame rate of {self.recording}")

    @property
    def frames_per_second(self) -> float:
        """Frame rate, Hz."""
        return float(self.labels.frames_per_second or 0.0)


def all_behaviours(observations: Iterable[Observation]) -> tuple[str, ...]:
    """Every behaviour that some rater knows, in the order of their first mention."""
    return tuple(dict.fromkeys(name for each in observations for name in each.labels.behaviours))


def in_columns(observations: Sequence[Observation], behaviours: Sequence[str]) -> list[Observation]:
    """The same observations, all with these columns; a behaviour that one does not know is not labelled in it."""
    return [replace(each, labels=_columns(each.labels, behaviours)) for each in observations]


def _columns(labels: Labels, behaviours: Sequence[str]) -> Labels:
    marks = np.full((labels.n_frames, len(behaviours)), UNLABELLED, dtype=np.int8)
    for column, name in enumerate(behaviours):
        if name in labels.behaviours:
            marks[:, column] = labels.marks[:, labels.behaviours.index(name)]
    return Labels(marks, tuple(behaviours), labels.frames_per_second)


def rename(labels: Labels, names: Mapping[str, str]) -> Labels:
    """Give behaviours other names; columns of one name are united.

    Args:
        labels: Any.
        names: The new name of those that get one.

    Returns:
        A frame of a united behaviour is present where any of its columns says so, else not labelled where any is not
        labelled, else absent.
    """
    targets = [names.get(name, name) for name in labels.behaviours]
    kept = tuple(dict.fromkeys(targets))
    marks = np.empty((labels.n_frames, len(kept)), dtype=np.int8)
    for column, name in enumerate(kept):
        parts = labels.marks[:, [at for at, target in enumerate(targets) if target == name]]
        marks[:, column] = _united(parts)
    return Labels(marks, kept, labels.frames_per_second)


def _united(parts: NDArray[np.int8]) -> NDArray[np.int8]:
    united: NDArray[np.int8] = np.where((parts == 1).any(axis=1), 1, parts.min(axis=1, initial=1)).astype(np.int8)
    return united


def without(labels: Labels, ignored: Iterable[str]) -> Labels:
    """The labels without some behaviours."""
    kept = [at for at, name in enumerate(labels.behaviours) if name not in set(ignored)]
    return Labels(labels.marks[:, kept], tuple(labels.behaviours[at] for at in kept), labels.frames_per_second)


def resampled(labels: Labels, frames_per_second: float) -> Labels:
    """The labels at another frame rate: each new frame says what was said in the middle of it.

    Args:
        labels: With a frame rate.
        frames_per_second: The new rate, Hz.
    """
    own = float(labels.frames_per_second or 0.0)
    if own == frames_per_second:
        return labels
    n_frames = round(labels.n_frames * frames_per_second / own)
    middles_s = (np.arange(n_frames) + 0.5) / frames_per_second
    frames = np.minimum((middles_s * own).astype(np.int64), labels.n_frames - 1)
    return Labels(labels.marks[frames], labels.behaviours, frames_per_second)


def require_one_each(observations: Iterable[Observation]) -> None:
    """Refuse a recording that one rater scored twice.

    Raises:
        LabelError: There is such a one.
    """
    seen = set()
    for each in observations:
        key = (each.recording, each.rater)
        if key in seen:
            raise LabelError(
                f"{each.rater} scored {each.recording!r} twice",
                where=each.recording,
                fix="give files of one recording different names, or name their raters apart",
            )
        seen.add(key)
