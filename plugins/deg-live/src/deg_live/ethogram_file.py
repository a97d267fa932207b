"""The ethogram so far, as a file that can be read at any moment: deg's own table of labels."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deg_core.api import UNLABELLED

if TYPE_CHECKING:
    from deg_core import LiveDecisions


class EthogramFile:
    """A row per frame as it is decided: 1, 0, or -1 where it was dropped. The format is `deg-csv`.

    Args:
        path: The file.
        behaviours: Names of the columns.
    """

    def __init__(self, path: Path, behaviours: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(["frame", *behaviours])
        self._file.flush()

    def add(self, decisions: LiveDecisions) -> None:
        """Write what was decided, all of it to the disk's care."""
        marks = decisions.present.astype(int)
        marks[~decisions.decided] = UNLABELLED
        self._rows.writerows([decisions.first + row, *each] for row, each in enumerate(marks.tolist()))
        self._file.flush()

    def close(self) -> None:
        """May be called twice."""
        self._file.close()
