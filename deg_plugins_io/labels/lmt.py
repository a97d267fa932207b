"""`lmt`: a database of Live Mouse Tracker, SQLite; frames as it numbers them, both ends inside, silence means absent.

Which frame the video begins with is clear where both have as many frames, else it is asked. An event belongs to its
first animal, which is chosen as `subject`; the others are modifiers. Frames that are missing in the table of frames, or
in which it paused, are not labelled. Only these events and frames are read, whatever the size of the database.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.choice import choose
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import LmtSettings
from deg_plugins_io.labels.spans import Scale
from deg_plugins_io.refusals import cannot_read, require_file

log = logging.getLogger(__name__)

_MAGIC = b"SQLite format 3\0"
_EVENT = ("ID", "NAME", "STARTFRAME", "ENDFRAME", "IDANIMALA", "IDANIMALB", "IDANIMALC", "IDANIMALD")
_ROW_BYTES = 4
"""No row takes less of a file; a damaged one could go round in circles."""


def _parse(path: Path, settings: LmtSettings, timeline: Timeline | None) -> Coding:
    _require_database(path)
    with _opened(path) as database:
        if not _has(database, "EVENT", _EVENT):
            raise other_format(path, "a database without events of Live Mouse Tracker")
        frames, names = _frames(database, path), _animals(database, path)
        rows = _wanted(list(_rows(database, "EVENT", _EVENT, path)), settings.events, path)
    first, n_frames = _part(frames, settings.first_frame, timeline, path)
    marks = [_mark(row, names, first) for row in rows]
    if settings.first_frame is not None:
        marks = [_cut(mark, n_frames) for mark in marks if mark.stop > 0 and mark.start < n_frames]
    observation = Observation(
        marks=marks,
        behaviours=tuple(dict.fromkeys(row[1] for row in rows)),
        n_frames=n_frames,
        observed=_observed(frames, first, n_frames, path) if len(frames) else None,
    )
    return Coding(path=path, observations=[observation], scale=Scale("frames"), program="Live Mouse Tracker")


read = reader(_parse, "Live Mouse Tracker")


def _require_database(path: Path) -> None:
    require_file(path, LabelError)
    try:
        with path.open("rb") as file:
            is_database = file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise cannot_read(path, error, LabelError) from error
    if not is_database:
        raise other_format(path, "not an SQLite database")
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            fix = f"close what has it open, so that {beside.name} goes away; or copy both, and open them there once"
            raise LabelError("not all of it is in the file", where=str(path), fix=fix)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, to read only; as one that nobody changes, so that nothing is written beside it either."""
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            yield database
    except sqlite3.Error as error:
        raise ValueError(str(error)) from error


def _has(database: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> bool:
    """Whether there is a plain table with these columns: no view or other thing that would run what the file says."""
    plain = "SELECT 1 FROM sqlite_master WHERE rootpage > 0 AND upper(name) = ?"  # it has pages of its own
    if database.execute(plain, (table,)).fetchone() is None:
        return False
    stored = {str(row[1]).upper() for row in database.execute(f"PRAGMA table_info({table})")}
    return set(columns) <= stored


def _rows(database: sqlite3.Connection, table: str, columns: tuple[str, ...], path: Path) -> Iterator[tuple[Any, ...]]:
    most = path.stat().st_size // _ROW_BYTES
    found = database.execute(f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED")
    for number, row in enumerate(found):
        if number >= most:
            raise ValueError(f"more rows in {table} than there is room for")
        yield row


def _frames(database: sqlite3.Connection, path: Path) -> NDArray[np.int64]:
    """Number of each frame, rising, and whether it paused, 0 or 1; shape (N, 2)."""
    columns = ("FRAMENUMBER", "PAUSED") if _has(database, "FRAME", ("FRAMENUMBER", "PAUSED")) else ("FRAMENUMBER",)
    if not _has(database, "FRAME", columns):
        return np.zeros((0, 2), dtype=np.int64)
    pairs = [(_whole(row[0]), int(any(row[1:]))) for row in _rows(database, "FRAME", columns, path)]
    frames = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return frames[np.argsort(frames[:, 0])]


def _animals(database: sqlite3.Connection, path: Path) -> dict[str, str]:
    """What animals are called: by name if that tells all of them apart, else by number."""
    if not _has(database, "ANIMAL", ("ID", "NAME")):
        return {}
    rows = list(_rows(database, "ANIMAL", ("ID", "NAME"), path))
    names = [name.strip() if isinstance(name, str) else "" for _, name in rows]
    if not all(names) or len(set(names)) < len(names):
        return {}
    return {str(row[0]): name for row, name in zip(rows, names, strict=True)}


def _part(frames: NDArray[np.int64], wanted: int | None, timeline: Timeline | None, path: Path) -> tuple[int, int]:
    """The number of the recording's first frame, and how many frames it has."""
    where = str(path) if timeline is None else f"{path}, for {timeline.name}"
    fix = "set `first_frame` to the number that the video's first frame has in the database"
    if not len(frames):
        if wanted is None or timeline is None:
            raise LabelError("does not list its frames", where=where, fix=f"give its video, and {fix}")
        return wanted, timeline.n_frames
    first, last = int(frames[0, 0]), int(frames[-1, 0])
    start = first if wanted is None else wanted
    n_frames = last - start + 1 if timeline is None else timeline.n_frames
    is_whole = n_frames == last - first + 1
    if not (is_whole if wanted is None else first <= start and start + n_frames - 1 <= last):
        raise LabelError(f"holds frames {first} to {last}, the recording has {n_frames}", where=where, fix=fix)
    return start, n_frames


def _wanted(rows: list[tuple[Any, ...]], events: tuple[str, ...], path: Path) -> list[tuple[Any, ...]]:
    """Rows of the chosen events, each of which must be there: else it was perhaps never looked for."""
    for row in rows:
        if not isinstance(row[1], str):
            raise ValueError(f"event {row[0]} is called {row[1]!r}")
    if not rows:
        fix = "compute the events with Live Mouse Tracker's analysis first"
        raise LabelError("holds no events", where=str(path), fix=fix)
    for event in events:
        choose((row[1] for row in rows), event, what="event", setting="events", where=str(path))
    return [row for row in rows if not events or row[1] in events]


def _mark(row: tuple[Any, ...], names: Mapping[str, str], first: int) -> Mark:
    key, behaviour, start, stop, *animals = row
    told = [names.get(str(animal), str(animal)) if animal not in {None, 0, "", "None"} else "" for animal in animals]
    span = _whole(start) - first, _whole(stop) - first + 1
    if span[0] >= span[1]:
        raise ValueError(f"event {key} starts at frame {start} and ends before, at {stop}")
    return Mark(behaviour, *span, f"event {key}", told[0], modifiers=tuple(told[1:]))


def _cut(mark: Mark, n_frames: int) -> Mark:
    """What of it lies in the recording."""
    return replace(mark, start=max(mark.start, 0), stop=min(mark.stop, n_frames))


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    raise ValueError(f"a frame with the number {str(value)[:40]!r}")


def _observed(frames: NDArray[np.int64], first: int, n_frames: int, path: Path) -> tuple[tuple[float, float], ...]:
    """Spans of frames in which it looked, from 0."""
    at = frames[frames[:, 1] == 0, 0] - first
    own = np.unique(at[(at >= 0) & (at < n_frames)])
    if len(own) < n_frames:
        log.warning("%s: %d frames are missing or paused, and not labelled", path, n_frames - len(own))
    # Not by a table of all frames, of which a damaged file may claim any number.
    runs = np.split(own, np.flatnonzero(np.diff(own) != 1) + 1) if len(own) else []
    return tuple((float(run[0]), float(run[-1] + 1)) for run in runs)
