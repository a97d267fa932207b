"""What recordings belong to: animal, sex, genotype, treatment, session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from deg_core.api import LabelError
from deg_plugins_analysis.observations.sheet import read_sheet

RECORDING = "recording"
DURATION = "duration_s"
START = "start"
"""Column of the clock time at which a recording began."""

Groups = Mapping[str, Mapping[str, str]]
"""What each recording belongs to, by its name and the name of the column."""


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """Read a table with a row for each recording.

    Raises:
        LabelError: It has no column `recording`, or a recording twice.
    """
    sheet = read_sheet(path)
    if RECORDING not in sheet.header:
        raise LabelError(
            "no column `recording`", where=f"{path}, header", fix="name the recordings in a column of that name"
        )
    groups: dict[str, dict[str, str]] = {}
    for line, row in sheet.rows:
        name = row.pop(RECORDING)
        if name in groups:
            raise LabelError(f"{name!r} is there twice", where=sheet.where(line), fix="one row for each recording")
        groups[name] = row
    return groups


def merge_groups(project: Groups, table: Groups) -> dict[str, dict[str, str]]:
    """Groups of a project's recordings and of a table.

    Raises:
        LabelError: They contradict each other.
    """
    merged = {name: dict(values) for name, values in project.items()}
    for name, values in table.items():
        known = merged.setdefault(name, {})
        for column, value in values.items():
            if known.get(column, value) != value:
                raise LabelError(
                    f"{column} is {value!r} in the table, and {known[column]!r} in the project",
                    where=f"recording {name!r}",
                    fix="correct one of them",
                )
            known[column] = value
    return merged


def durations(groups: Groups) -> dict[str, float]:
    """Length of recordings in seconds, where a column `duration_s` tells it.

    Raises:
        LabelError: One is no positive number.
    """
    told = {name: values[DURATION] for name, values in groups.items() if values.get(DURATION)}
    lengths = {}
    for name, text in told.items():
        try:
            lengths[name] = float(text)
        except ValueError:
            lengths[name] = 0.0
        if not lengths[name] > 0:
            raise LabelError(f"duration_s is {text!r}", where=f"recording {name!r}", fix="give seconds, such as 600")
    return lengths


def clock_starts(groups: Groups) -> dict[str, datetime]:
    """When recordings began, where a column `start` tells it.

    Raises:
        LabelError: One is no date with a time.
    """
    starts = {}
    for name, values in groups.items():
        text = values.get(START)
        if not text:
            continue
        try:
            starts[name] = datetime.fromisoformat(text)
        except ValueError:
            raise LabelError(
                f"start is {text!r}", where=f"recording {name!r}", fix="write it as 2024-05-01T07:30"
            ) from None
    return starts


def column_of(groups: Groups, column: str, recordings: Sequence[str]) -> dict[str, str]:
    """The group of each recording in a column.

    Raises:
        LabelError: A recording has none.
    """
    lacking = [name for name in recordings if not groups.get(name, {}).get(column)]
    if lacking:
        known = sorted({key for values in groups.values() for key in values})
        raise LabelError(
            f"no {column} is given for {len(lacking)} of {len(recordings)} recordings",
            where=", ".join(lacking[:5]) + ("..." if len(lacking) > 5 else ""),
            fix=f"add it to the table of groups (--groups) or to recording.yaml; known: {', '.join(known) or 'none'}",
        )
    return {name: groups[name][column] for name in recordings}
