"""Tidy tables: a row for each thing, a column for each property, for people, R and pandas."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from deg_core.api import ProjectError, writing_beside


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Of the file that it goes into, without suffix.
        columns: Their names.
        rows: Values by column. NaN and None are what is not defined.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """Rows for JSON: None where a value is not defined."""
        return [dict(zip(self.columns, map(_plain, row), strict=True)) for row in self.rows]


def table_of(
    name: str, entries: Sequence[Any], kind: type[Any], extra: Mapping[str, Mapping[str, str]] | None = None
) -> Table:
    """A table with a row for each entry, an object of a dataclass.

    Args:
        name: Of the file.
        entries: The objects, all of one kind.
        kind: Their class, which names the columns where there is no object.
        extra: Further columns by recording, put behind its name.
    """
    names = tuple(field.name for field in fields(kind))
    groups = extra or {}
    further = tuple(dict.fromkeys(column for values in groups.values() for column in values if column not in names))
    rows = []
    for entry in entries:
        own = groups.get(getattr(entry, "recording", ""), {})
        values = (_flat(getattr(entry, column)) for column in names)
        rows.append((*values, *(own.get(column, "") for column in further)))
    return Table(name, (*names, *further), tuple(rows))


def _flat(value: Any) -> Any:
    return " > ".join(value) if isinstance(value, tuple) else value


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def csv_text(table: Table) -> str:
    """A table as CSV; what is not defined is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return text.getvalue()


def write_csv(table: Table, folder: Path) -> Path:
    """Write a table as CSV in UTF-8; what is not defined is empty.

    Raises:
        ProjectError: The file cannot be written.
    """
    path = folder / f"{table.name}.csv"
    with writing_beside(path) as part:
        part.write_text(csv_text(table), encoding="utf-8", newline="")
    return path


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return f"{value:.9g}" if isinstance(value, float) else value


def write_parquet(table: Table, folder: Path) -> Path:
    """Write a table as Parquet; what is not defined is null.

    Raises:
        ProjectError: pyarrow is not installed, or the file cannot be written.
    """
    path = folder / f"{table.name}.parquet"
    require_parquet()
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: [_plain(row[at]) for row in table.rows] for at, name in enumerate(table.columns)}
    with writing_beside(path) as part:
        parquet.write_table(pa.table(columns), part)
    return path


def require_parquet() -> None:
    """Refuse Parquet before anything is computed.

    Raises:
        ProjectError: pyarrow is not installed.
    """
    from importlib.util import find_spec

    if find_spec("pyarrow") is None:
        raise ProjectError(
            "Parquet needs pyarrow, which is not installed",
            where="--parquet",
            fix="install it: pip install deg-ethogram[analysis]; or leave --parquet out: CSV holds the same",
        )
