"""Figures by `deg plot`, as a person would draw them.

Plugin packages do not import each other, but commands have names: the catalogue finds `plot`, whoever offers it.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from deg_core.api import CommandPlugin, DegError
from deg_plugins_analysis.report.document import Block, Download, Missing, Picture

if TYPE_CHECKING:
    from deg_core import Project

MOST_BYTES = 400_000
"""Of numbers beside a figure. More, such as the frames of an hour, would make a page that nobody can open."""


def draw(project: Project, what: str, alt: str, caption: str, *arguments: str, n: int | None = None) -> Block:
    """Let `deg plot` draw a figure.

    Args:
        project: The project.
        what: The figure, such as `pr-curves`.
        alt: What is in it, for whoever cannot see it.
        caption: Below it.
        *arguments: Names, such as that of a recording; never taken for options.
        n: How many moments, where it shows some.

    Returns:
        The figure with its numbers, or why there is none.
    """
    chosen = ["--n", str(n)] if n is not None else []
    try:
        command = project.workspace.catalog.get(CommandPlugin, "plot", where="deg report").load()
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{what}.png"
            options = ["--project", str(project.workspace.layout.root), "--output", str(path), "--csv"]
            context = command.make_context("plot", [what, *options, *chosen, "--", *arguments])
            with redirect_stdout(io.StringIO()), context:  # it says where the file is, which is gone in a moment
                command.invoke(context)
            png, numbers = path.read_bytes(), path.with_suffix(".csv").read_text(encoding="utf-8")
    except DegError as error:
        return Missing.of(alt, error)
    except click.ClickException as error:  # a `plot` of somebody else, that draws other things
        return Missing(alt, error.format_message(), "deg plot", "use the one that deg brings along")
    names = " ".join(["deg plot", what, *chosen, *map(_quoted, arguments), "--format pdf --csv"])
    is_small = len(numbers) <= MOST_BYTES
    name = "_".join([what, *arguments]) + ".csv"
    return Picture(png, alt, caption, names, Download(name, numbers) if is_small else None)


def _quoted(argument: str) -> str:
    return f'"{argument}"' if " " in argument else argument
