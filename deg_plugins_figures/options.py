"""What the commands of this package share: finding the project, and where figures go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core import project_option

if TYPE_CHECKING:
    from deg_core import Project

FORMATS = ("png", "svg", "pdf")

output_option = click.option(
    "--output",
    "-o",
    metavar="FILE|DIR",
    type=click.Path(path_type=Path),
    help="Where to write.  [default: the project's folder `figures`]",
)
start_option = click.option(
    "--start", metavar="TIME", help="Begin here: seconds (75.5), min:s (1:15.5) or a frame (2250f)."
)
stop_option = click.option("--stop", metavar="TIME", help="End before this time or frame.")
_format_option = click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Kind of file.  [default: that of --output, else png]"
)
_csv_option = click.option("--csv", "with_csv", is_flag=True, help="Write the numbers beside the figure too.")


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """What a person said about a figure.

    Attributes:
        root: The project's folder.
        kind: png, svg or pdf; None where not said.
        output: A file or a folder; None where not said.
        with_csv: Whether the numbers are wanted beside it.
    """

    root: Path
    kind: str | None
    output: Path | None
    with_csv: bool

    def project(self) -> Project:
        """The project, opened."""
        from deg_core import Project

        return Project(self.root)


def figure_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every figure has, as its argument `choice`."""

    @wraps(command)
    def chosen(root: Path, kind: str | None, output: Path | None, *, with_csv: bool, **others: Any) -> None:
        command(choice=FigureChoice(root, kind, output, with_csv), **others)

    for option in (_csv_option, output_option, _format_option, project_option):
        chosen = option(chosen)
    return chosen


def place_figure(project: Project, stem: str, choice: FigureChoice, n_figures: int = 1) -> Path:
    """Where a figure goes.

    Args:
        project: The project.
        stem: Its name without suffix, where the person gives a folder or nothing.
        choice: What the person said.
        n_figures: Figures that the command makes; several need a folder.

    Raises:
        click.UsageError: The options contradict each other.
    """
    output, kind = choice.output, choice.kind
    suffix = output.suffix.lower().lstrip(".") if output is not None else ""
    if output is None or output.is_dir() or not suffix:
        folder = output or project.workspace.layout.figures
        return folder / f"{stem}.{kind or FORMATS[0]}"
    if suffix not in FORMATS:
        raise click.UsageError(f"--output {output}: figures are written as {', '.join(FORMATS)}")
    if kind not in (None, suffix):
        raise click.UsageError(f"--format {kind} contradicts --output {output}")
    if n_figures > 1:
        raise click.UsageError(f"--output {output} is one file, for {n_figures} figures: name a folder")
    return output
