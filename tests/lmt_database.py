"""Writes databases in the layout of Live Mouse Tracker."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TABLES = """
CREATE TABLE 'ANIMAL' ('ID' INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 'RFID' TEXT, 'GENOTYPE' TEXT, 'NAME' TEXT);
CREATE TABLE 'FRAME' ('FRAMENUMBER' INTEGER NOT NULL UNIQUE, 'TIMESTAMP' INTEGER, 'PAUSED' INTEGER,
  PRIMARY KEY(FRAMENUMBER));
CREATE TABLE 'EVENT' ('ID' INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 'NAME' TEXT, 'DESCRIPTION' TEXT,
  'STARTFRAME' INTEGER, 'ENDFRAME' INTEGER, 'IDANIMALA' INTEGER, 'IDANIMALB' INTEGER, 'IDANIMALC' INTEGER,
  'IDANIMALD' INTEGER, 'METADATA' TEXT);
"""


def database(
    events: Iterable[tuple[Any, ...]],
    frames: Iterable[int] = range(1, 21),
    animals: Sequence[str] = ("m1", "m2"),
    paused: Sequence[int] = (),
    tables: str = TABLES,
    more: str = "",
) -> bytes:
    """The bytes of a database.

    Args:
        events: Name, first and last frame, and up to four animals by number.
        frames: Numbers of those that it lists.
        animals: Their names.
        paused: Frames in which it did not look.
        tables: How they are made.
        more: What else is done.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.sqlite")
        made = sqlite3.connect(path)
        made.executescript(tables)
        made.executemany("INSERT INTO ANIMAL (RFID, NAME) VALUES ('001', ?)", [(name,) for name in animals])
        if "'FRAME'" in tables:
            made.executemany("INSERT INTO FRAME VALUES (?, 0, ?)", [(at, int(at in paused)) for at in frames])
        for name, start, stop, *who in events:
            row = (name, start, stop, *who, *[None] * (4 - len(who)))
            made.execute(
                "INSERT INTO EVENT (NAME, STARTFRAME, ENDFRAME, IDANIMALA, IDANIMALB, IDANIMALC, IDANIMALD)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        made.executescript(more)
        made.commit()
        made.close()
        return path.read_bytes()
