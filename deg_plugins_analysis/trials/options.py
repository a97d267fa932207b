"""What commands that train many times share: options, where results go, and how they are said."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.api import Progress

project_option = click.option(
    "--project",
    "-p",
    "root",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: this folder, or the nearest above it that holds project.yaml]",
)
output_option = click.option(
    "--output",
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where trainings and tables lie.  [default: a folder of the command's name in the project]",
)
keep_option = click.option("--keep", is_flag=True, help="Keep weights and predictions of every training too.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Show results and errors only.")
folds_option = click.option(
    "--folds", "n_folds", type=click.IntRange(min=3), default=5, show_default=True, help="How many folds."
)
by_option = click.option(
    "--by",
    type=click.Choice(["recording", "block", "group"]),
    help="What stays together.  [default: as project.yaml says]",
)
group_option = click.option("--group", metavar="KEY", help="Which group stays together, such as animal.")
leave_one_out_option = click.option(
    "--leave-one-out", is_flag=True, help="As many folds as there are recordings, or groups; in place of --folds."
)


def open_project(root: Path | None, *, quiet: bool) -> tuple[Project, Progress]:
    """The project that a person named or is in, and who shows them how far things are."""
    from deg_core import Project, RichProgress, SilentProgress

    progress = SilentProgress() if quiet else RichProgress()
    return (Project.find(Path.cwd(), progress) if root is None else Project(root, progress)), progress


def place_for(project: Project, folder: Path | None, command: str) -> Path:
    """Where a command's results go."""
    return folder if folder is not None else project.workspace.layout.root / command


def number_text(value: float | None, digits: int = 3) -> str:
    """A number for a person; `undefined` where there is none."""
    return "undefined" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: the first column to the left, numbers to the right."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
        click.echo("  ".join(cells).rstrip())


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV, a row for each observation; what is undefined becomes an empty field.

    Raises:
        ProjectError: The file cannot be written.
    """
    from deg_core.api import ProjectError

    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([_field(value) for value in row] for row in rows)
        part.replace(path)
    except OSError as error:
        raise ProjectError(
            f"cannot write: {error.strerror or error}", where=str(path), fix="choose another folder with --output"
        ) from error
    click.echo(str(path))


def _field(value: object) -> object:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value
