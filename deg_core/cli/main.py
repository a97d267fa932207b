"""The command `deg`, and what it does about errors: text on stderr and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

import click

from deg_core.cli.commands import LazyGroup
from deg_core.errors import DegError


class Refusal(click.ClickException):
    """A `DegError` on its way to the person who can mend it."""

    exit_code = 2

    def __init__(self, error: DegError) -> None:
        super().__init__(explain(error))

    def show(self, file: Any = None) -> None:  # noqa: ARG002
        """Print it on stderr."""
        click.echo(self.message, err=True)


class Stopped(click.ClickException):
    """Ctrl-C. What is done is kept, so the same command goes on."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped; give the same command again to go on")

    def show(self, file: Any = None) -> None:  # noqa: ARG002
        """Print it on stderr, below the `^C` that terminals leave."""
        click.echo(f"\n{self.message}", err=True)


def explain(error: DegError) -> str:
    """The text of an error: problem, where, fix, and what was noted on its way up."""
    notes = getattr(error, "__notes__", [])
    return "\n".join([f"{click.style('error:', fg='red')} {error}", *(f"  note:  {note}" for note in notes)])


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except DegError as error:
        raise Refusal(error) from error
    except KeyboardInterrupt:
        raise Stopped from None


class Deg(LazyGroup):
    """The command `deg`: the one place where errors become text and an exit status."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read deg's own options; see `click.Command.make_context`."""
        with _refusing():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Find and run a command; see `click.Group.invoke`."""
        with _refusing():
            return super().invoke(ctx)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if not wanted or ctx.resilient_parsing:
        return
    try:
        version = metadata.version("deg-ethogram")
    except metadata.PackageNotFoundError:
        version = "(not installed)"
    click.echo(f"deg {version}")
    ctx.exit()


_HELP = """Ethograms from video.

\b
deg new mouse --behaviours groom,dig,rear
cd mouse
deg add "../videos/*.mp4" --labels "{stem}_labels.csv"
deg train
deg evaluate
deg predict ../videos/unseen.mp4
"""


@click.group(
    cls=Deg,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version."
)
def deg() -> None:
    """All commands."""


def main() -> None:
    """Run `deg` with the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a behaviour's name that a terminal cannot show stops nothing
    deg(prog_name="deg")
