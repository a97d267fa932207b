"""What commands that train many times share: options, where results go, and how they are said."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_plugins_analysis.answers.table import Table, write_csv

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.api import Progress

output_option = click.option(
    "--output",
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where trainings and tables lie.  [default: a folder of the command's name in the project]",
)
keep_option = click.option("--keep", is_flag=True, help="Keep weights and predictions of every training too.")
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


def open_project(root: Path, *, quiet: bool) -> tuple[Project, Progress]:
    """A project, and who shows a person how far things are."""
    from deg_core import Project, RichProgress, SilentProgress

    progress = SilentProgress() if quiet else RichProgress()
    return Project(root, progress), progress


def place_for(project: Project, folder: Path | None, command: str) -> Path:
    """Where a command's results go."""
    return folder if folder is not None else project.workspace.layout.root / command


def number_text(value: float | None, digits: int = 3) -> str:
    """A number for a person; `undefined` where there is none."""
    return "undefined" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def keep_table(table: Table, folder: Path) -> None:
    """Write a table as CSV, and say where."""
    click.echo(str(write_csv(table, folder)))
