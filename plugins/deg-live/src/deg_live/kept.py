"""All that was decided, until it is saved: a few numbers for each frame."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from deg_core import LiveDecisions, LiveSession

_JOINED = 512
"""So many pieces become one, since a piece of one frame is mostly overhead."""


class Kept:
    """Decisions in order, from frame 0 on. Some 60 bytes per frame for five behaviours: 50 MB for eight hours."""

    def __init__(self) -> None:
        self._joined: list[LiveDecisions] = []
        self._pieces: list[LiveDecisions] = []
        self._times_s = array("d")

    @property
    def n(self) -> int:
        """Frames."""
        return len(self._times_s)

    def add(self, decisions: LiveDecisions, times_s: Sequence[float]) -> None:
        """Take what was decided about the next frames, and when these were taken."""
        self._pieces.append(decisions)
        self._times_s.extend(times_s)
        if len(self._pieces) == _JOINED:
            self._joined.append(_join(self._pieces))
            self._pieces = []

    def save(self, session: LiveSession, path: Path, frames_per_second: float) -> None:
        """Write a prediction.

        Args:
            session: Whose decisions they are.
            path: The `.h5` file.
            frames_per_second: Of the source as it says, Hz; where there are two frames, their times say better.
        """
        times_s = np.array(self._times_s, dtype=np.float64)
        if len(times_s) > 1 and times_s[-1] > times_s[0]:
            frames_per_second = (len(times_s) - 1) / float(times_s[-1] - times_s[0])
        session.save(path, path.stem, frames_per_second, [*self._joined, *self._pieces], times_s)


def _join(pieces: Sequence[LiveDecisions]) -> LiveDecisions:
    kind = type(pieces[0])
    names = [field.name for field in fields(kind) if field.name != "first"]
    columns = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names}
    return kind(first=pieces[0].first, **columns)
