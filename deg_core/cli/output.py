"""How commands answer: text and tables for a person, JSON for a script."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import redirect_stdout
from typing import Any

import click

from deg_core.cli.main import explain
from deg_core.errors import DegError
from deg_core.progress import Progress, SilentProgress


class Output:
    """The voice of one command.

    Args:
        as_json: Whether a script listens: then stdout is kept for `answer`, and whatever else is said, by whomever,
            goes to stderr until the command ends.
        quiet: Whether only results and errors are wanted.
    """

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self._stdout = sys.stdout
        if as_json:
            click.get_current_context().with_resource(redirect_stdout(sys.stderr))

    def say(self, text: str) -> None:
        """Tell what is happening."""
        if not self.quiet:
            click.echo(text)

    def show(self, text: str) -> None:
        """Give a result, quiet or not."""
        click.echo(text)

    def warn(self, text: str) -> None:
        """Tell of something that should be known, on stderr."""
        click.echo(f"{click.style('warning:', fg='yellow')} {text}", err=True)

    def refuse(self, error: DegError, title: str = "") -> None:
        """Tell of something that failed while other things go on, on stderr."""
        click.echo(f"{title}: {explain(error)}" if title else explain(error), err=True)

    def answer(self, value: Any) -> None:
        """Give a script its answer."""
        click.echo(json.dumps(value, indent=1, allow_nan=False), file=self._stdout)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[str] = ()) -> None:
        """Give a result as a table; columns in `right` hold numbers."""
        from rich.console import Console
        from rich.table import Table

        console = Console(markup=False, highlight=False, emoji=False)
        if not console.is_terminal:
            console.width = 1000  # nobody's window: never break a line that a script or a log may read
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for column in columns:
            table.add_column(column, justify="right" if column in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*row)
        with console.capture() as text:
            console.print(table)
        click.echo("\n".join(line.rstrip() for line in text.get().splitlines()))

    def progress(self) -> Progress:
        """Who watches long jobs."""
        if self.quiet:
            return SilentProgress()
        from deg_core.cli.progress import RichProgress

        return RichProgress()


def error_values(error: DegError) -> dict[str, str]:
    """An error for a script."""
    return {"problem": error.problem, "where": error.where, "fix": error.fix}


def score_text(value: float | None) -> str:
    """A score for a person: three digits, or that it is undefined."""
    return "undefined" if value is None or math.isnan(value) else f"{value:.3f}"
