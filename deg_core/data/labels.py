"""Labels: a person's marks for each frame and behaviour.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deg_core.errors import LabelError, did_you_mean

UNLABELLED = -1


@dataclass(frozen=True, slots=True)
class Labels:
    """A person's marks for each frame and behaviour of a recording.

    Attributes:
        marks: 1 present, 0 absent, -1 not labelled; shape (T, K), int8.
        behaviours: Names of the columns; never `background`, which is the absence of all others.
        frames_per_second: Frame rate of the recording, Hz; None where the file does not say and nobody told.
    """

    marks: NDArray[np.int8]
    behaviours: tuple[str, ...]
    frames_per_second: float | None = None

    def __post_init__(self) -> None:
        if self.marks.ndim != 2 or self.marks.shape[1] != len(self.behaviours):
            raise ValueError(f"marks have shape {self.marks.shape} for {len(self.behaviours)} behaviours")
        if self.marks.dtype != np.int8:
            raise TypeError(f"marks have dtype {self.marks.dtype}, not int8")
        if self.marks.size and (self.marks.min() < -1 or self.marks.max() > 1):
            raise ValueError("marks hold values other than 1, 0 and -1")
        if len(set(self.behaviours)) != len(self.behaviours):
            raise ValueError(f"a behaviour occurs twice in {self.behaviours}")

    @property
    def n_frames(self) -> int:
        """Frames in the recording, labelled or not."""
        return len(self.marks)

    def for_behaviours(self, behaviours: Sequence[str], *, where: str) -> Labels:
        """The same marks in the columns of a project.

        Args:
            behaviours: Behaviours of the project, in its order. One that this file lacks is not labelled.
            where: The file, for messages.

        Returns:
            Labels with exactly these columns, a new array.

        Raises:
            LabelError: The file holds a behaviour that the project does not know.
        """
        for name in self.behaviours:
            if name not in behaviours:
                raise LabelError(f"unknown behaviour {name!r}", where=where, fix=_suggest(name, behaviours))
        marks = np.full((self.n_frames, len(behaviours)), UNLABELLED, dtype=np.int8)
        for column, name in enumerate(behaviours):
            if name in self.behaviours:
                marks[:, column] = self.marks[:, self.behaviours.index(name)]
        return Labels(marks, tuple(behaviours), self.frames_per_second)


def _suggest(name: str, behaviours: Sequence[str]) -> str:
    meant = did_you_mean(name, behaviours)
    return f"{meant}rename it in the file, or add it to the project's behaviours: {', '.join(behaviours)}"


def mark_rows(marks: NDArray[np.int8]) -> str:
    """Marks as text, a line per frame, such as `17,0,1,-1`: its number, then its marks.

    Neighbouring frames mostly have the same marks, which are therefore written out once for each stretch.

    Args:
        marks: Whole numbers; shape (T, K).
    """
    changes = np.flatnonzero((marks[1:] != marks[:-1]).any(axis=1)) + 1
    lines = []
    for start, stop in pairwise([0, *changes.tolist(), len(marks)]):
        ending = "".join(f",{mark}" for mark in marks[start].tolist()) + "\n" if stop > start else ""
        lines += [f"{frame}{ending}" for frame in range(start, stop)]
    return "".join(lines)


def count_labels(marks: NDArray[np.int8]) -> NDArray[np.int64]:
    """Count absent and present frames of each behaviour.

    Args:
        marks: 1, 0 or -1 (not counted); shape (T, K).

    Returns:
        Frames marked absent and frames marked present; shape (K, 2).
    """
    return np.stack([(marks == 0).sum(axis=0), (marks == 1).sum(axis=0)], axis=1).astype(np.int64)
