"""What commands that train many times share: options, where results go, and how they are said."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core import project_option, quiet_option
from deg_plugins_analysis.answers.table import Table, write_csv

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.api import Progress, Split

output_option = click.option(
    "--output",
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where trainings and tables lie.  [default: a folder of the command's name in the project]",
)
keep_option = click.option("--keep", is_flag=True, help="Keep weights and predictions of every training too.")
_FOLD_OPTIONS = (
    click.option(
        "--folds", "n_folds", type=click.IntRange(min=3), default=5, show_default=True, help="How many folds."
    ),
    click.option(
        "--by",
        type=click.Choice(["recording", "block", "group"]),
        help="What stays together.  [default: as project.yaml says]",
    ),
    click.option("--group", metavar="KEY", help="Which group stays together, such as animal."),
    click.option(
        "--leave-one-out", is_flag=True, help="As many folds as there are recordings, or groups; in place of --folds."
    ),
    output_option,
    keep_option,
    project_option,
    quiet_option,
)


@dataclass(frozen=True, slots=True)
class Folding:
    """What a person said about folds.

    Attributes:
        n_folds: How many.
        by: What stays together; None as the project says.
        group: Which group stays together; None as the project says.
        leave_one_out: As many folds as there are recordings, or groups.
        folder: Where trainings and tables lie; None for the project's folder for them.
        keep: Whether weights and predictions are kept.
        root: The project's folder.
        quiet: Whether only results and errors are shown.
    """

    n_folds: int
    by: str | None
    group: str | None
    leave_one_out: bool
    folder: Path | None
    keep: bool
    root: Path
    quiet: bool

    def splits(self, project: Project, others: Sequence[Project] = ()) -> list[Split]:
        """Folds of the project that serve others too, see `folds_of`."""
        from deg_plugins_analysis.trials.folds import folds_of

        units = {"by": self.by, "group": self.group}
        return folds_of(project, others, n_folds=self.n_folds, leave_one_out=self.leave_one_out, **units)


def fold_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that trains fold by fold its options, as the argument `folding`."""

    @wraps(command)
    def chosen(**values: Any) -> None:
        own = {field.name: values.pop(field.name) for field in fields(Folding)}
        command(folding=Folding(**own), **values)

    for option in reversed(_FOLD_OPTIONS):
        chosen = option(chosen)
    return chosen


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
