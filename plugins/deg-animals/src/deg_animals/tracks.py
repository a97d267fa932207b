"""Where animals are in each frame: a plain table `frame,individual,x,y[,heading]`.

Axes: T frames, M individuals; 2 is x (right) and y (down).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deg_core.api import did_you_mean
from numpy.typing import NDArray

from deg_animals.errors import TracksError

_NEEDED = ("frame", "individual", "x", "y")
_COLUMNS = (*_NEEDED, "heading")


@dataclass(frozen=True, slots=True)
class Tracks:
    """Where animals are in each frame of a video.

    Attributes:
        individuals: Names of the animals, M, each once.
        positions_TM2: x and y in pixels, from the middle of the first pixel; NaN, both, where not seen; float64.
        headings_TM: Degrees from right (0) to down (90), as y grows downwards; NaN where unknown; float64.
    """

    individuals: tuple[str, ...]
    positions_TM2: NDArray[np.float64]
    headings_TM: NDArray[np.float64]

    @property
    def n_frames(self) -> int:
        """Frames that they tell of, seen or not."""
        return len(self.positions_TM2)

    def column(self, individual: str, *, where: str) -> int:
        """Which of them an animal is.

        Raises:
            TracksError: It is not in the tracks.
        """
        if individual in self.individuals:
            return self.individuals.index(individual)
        raise TracksError(
            f"no individual named {individual!r} in the tracks",
            where=where,
            fix=f"{did_you_mean(individual, self.individuals)}there are: {', '.join(self.individuals)}",
        )


@dataclass(frozen=True, slots=True)
class _Row:
    frame: int
    individual: str
    values: tuple[float, float, float]


def read_tracks(path: Path) -> Tracks:
    """Read a table of tracks; a row without x and y says that the animal was looked for and not found.

    Raises:
        TracksError: It is missing, no such table, or contradicts itself.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(file, path))
    except FileNotFoundError:
        raise TracksError("the tracks are not there", where=str(path), fix="bring the file back") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TracksError(f"tracks that cannot be read: {error}", where=str(path), fix=_fix()) from None
    if not rows:
        raise TracksError("tracks without a row", where=str(path), fix=_fix())
    return _table(rows, path)


def _rows(file: Iterator[str], path: Path) -> Iterator[_Row]:
    header = [name.strip().lower() for name in next(csv.reader(file), [])]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise TracksError(f"tracks without a column {missing[0]!r}", where=str(path), fix=_fix())
    at = [header.index(name) if name in header else None for name in _COLUMNS]
    for number, cells in enumerate(csv.reader(file), 2):
        if not any(cell.strip() for cell in cells):
            continue
        texts = ["" if column is None or column >= len(cells) else cells[column].strip() for column in at]
        try:
            yield _row(texts)
        except ValueError as error:
            raise TracksError(
                f"a row that cannot be understood: {error}", where=f"{path}, line {number}", fix=_fix()
            ) from None


def _row(texts: list[str]) -> _Row:
    frame = int(texts[0])
    x, y, heading = (float(text or "nan") for text in texts[2:])
    if frame < 0:
        raise ValueError("frames count from 0")
    if not texts[1]:
        raise ValueError("no individual is named")
    if math.isnan(x) != math.isnan(y) or any(math.isinf(value) for value in (x, y, heading)):
        raise ValueError("x and y are two numbers, or both are empty")
    return _Row(frame, texts[1], (x, y, heading))


def _table(rows: list[_Row], path: Path) -> Tracks:
    individuals = tuple(dict.fromkeys(row.individual for row in rows))
    column = {name: index for index, name in enumerate(individuals)}
    values = np.full((max(row.frame for row in rows) + 1, len(individuals), 3), np.nan)
    told: set[tuple[int, int]] = set()
    for row in rows:
        place = (row.frame, column[row.individual])
        if place in told:
            raise TracksError(
                f"{row.individual!r} is in frame {row.frame} twice", where=str(path), fix="leave one of the rows out"
            )
        told.add(place)
        values[place] = row.values
    return Tracks(individuals, values[..., :2], values[..., 2])


def write_tracks(path: Path, tracks: Tracks) -> None:
    """Write what `read_tracks` reads: a row for each frame and animal, to a thousandth of a pixel."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for frame in range(tracks.n_frames):
            for column, individual in enumerate(tracks.individuals):
                values = (*tracks.positions_TM2[frame, column], tracks.headings_TM[frame, column])
                writer.writerow([frame, individual, *("" if math.isnan(value) else f"{value:.3f}" for value in values)])


def _fix() -> str:
    return "write a table with the columns frame, individual, x, y and, if known, heading (degrees, 90 is down)"


def is_table(path: Path) -> bool:
    """Whether a file begins as a table of tracks does."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = {name.strip().lower() for name in next(csv.reader(file), [])}
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return header.issuperset(_NEEDED)
