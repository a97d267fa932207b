"""Options of the commands of this package: where observations come from, and where answers go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import click

from deg_core import optional_project_option, settings_option

FIGURE_FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True, slots=True)
class Source:
    """What a person said about where observations come from.

    Attributes:
        root: The project's folder; None for the one they are in.
        labels: Shell patterns of label files of one rater.
        raters: Shell patterns of each rater's label files.
        bouts: Shell patterns of tables of bouts.
        columns: Names of columns in such tables, by what they hold.
        unit: Of times in such tables.
        label_format: Format of label files.
        settings: Of that format.
        frames_per_second: Hz.
        duration_s: Of every recording, seconds.
        until_last_bout: Take recordings of unknown length to end with their last bout.
        sessions: Behaviours that mark begin and end of scoring.
        same: The name to use, by a name to be replaced.
        ignored: Behaviours to leave out.
        behaviours: The only ones to look at; empty for all.
    """

    root: Path | None = None
    labels: tuple[str, ...] = ()
    raters: tuple[tuple[str, str], ...] = ()
    bouts: tuple[str, ...] = ()
    columns: dict[str, str] | None = None
    unit: Literal["seconds", "frames"] = "seconds"
    label_format: str = "auto"
    settings: dict[str, Any] | None = None
    frames_per_second: float | None = None
    duration_s: float | None = None
    until_last_bout: bool = False
    sessions: tuple[str, ...] = ()
    same: dict[str, str] | None = None
    ignored: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()


def _pairs(_: click.Context, __: click.Parameter, values: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for text in values:
        key, sign, value = text.partition("=")
        if not key.strip() or not sign or not value.strip():
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        pairs.append((key.strip(), value.strip()))
    return pairs


_SOURCE = (
    optional_project_option,
    click.option("--labels", metavar="PATTERN", multiple=True,
        help='Label files in place of a project, such as "scores/*.csv"; a file for each recording.'),
    click.option("--format", "label_format", metavar="NAME", default="auto",
        help="Format of label files.  [default: the one that can read them]"),
    settings_option("--set", "settings", about="A setting of the label format."),
    click.option("--bouts", metavar="PATTERN", multiple=True,
        help="Tables of bouts in place of a project: a row for each bout, of any number of recordings and raters."),
    click.option("--column", "columns", metavar="WHAT=NAME", multiple=True, callback=_pairs,
        help="Column of such a table: start, stop, behaviour, recording or rater.  [default: those with usual names]"),
    click.option("--unit", type=click.Choice(("seconds", "frames")), default="seconds", show_default=True,
        help="Of starts and stops in such a table."),
    click.option("--fps", "frames_per_second", metavar="RATE", type=click.FloatRange(min=0, min_open=True),
        help="Frames per second, where files do not tell."),
    click.option("--duration", "duration_s", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True),
        help="Length of every recording, where files do not tell."),
    click.option("--until-last-bout", is_flag=True,
        help="Take recordings of unknown length to end with their last bout; shares of time are then too large."),
    click.option("--session", "sessions", metavar="NAME", multiple=True,
        help="A behaviour in tables of bouts that is none, but marks where scoring begins and ends."),
    click.option("--same", metavar="NAME=NAME", multiple=True, callback=_pairs,
        help='Count the first name as the second, such as "Rear=rearing".'),
    click.option("--ignore", "ignored", metavar="NAME", multiple=True, help="Leave a behaviour out."),
    click.option("--behaviour", "behaviours", metavar="NAME", multiple=True, help="Look at this behaviour only."),
)  # fmt: skip
_RATERS = click.option(
    "--rater", "raters", metavar="NAME=PATTERN", multiple=True, callback=_pairs,
    help='Label files of one rater, such as anna="anna/*.csv"; recordings are matched by the names of files.',
)  # fmt: skip


def source_options(*, raters: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a `Source`, as its argument `source`; with those of raters if wanted."""
    options = (*_SOURCE, _RATERS) if raters else _SOURCE

    def give(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def chosen(**values: Any) -> None:
            own = {name: values.pop(name) for name in Source.__slots__ if name in values}
            for name in ("columns", "same"):
                own[name] = dict(own[name])
            own["raters"] = tuple(own.get("raters", ()))
            command(source=Source(**own), **values)

        for option in reversed(options):
            chosen = option(chosen)
        return chosen

    return give


output_option = click.option(
    "--output", "-o", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for tables and figures.  [default: in a project, its folder for this; else none are written]",
)  # fmt: skip
figures_option = click.option(
    "--figures", "kind", type=click.Choice((*FIGURE_FORMATS, "none")), default="png", show_default=True,
    help="Format of the figures.",
)  # fmt: skip
parquet_option = click.option("--parquet", is_flag=True, help="Write tables as Parquet too; needs pyarrow.")
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="Of all chance.")


def effort_options(permuted: str, drawn: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command `permutations` and `bootstrap`: how much is left to chance, of what.

    Args:
        permuted: What is tried, in words.
        drawn: What intervals are drawn of, in words.
    """

    def give(command: Callable[..., None]) -> Callable[..., None]:
        most: dict[str, Any] = {"metavar": "N", "show_default": True}
        help_drawn, help_permuted = f"Draws of {drawn} for intervals.", f"{permuted}, where not all can be tried."
        command = click.option("--bootstrap", type=click.IntRange(100), default=2000, help=help_drawn, **most)(command)
        permutations = click.IntRange(99)
        return click.option("--permutations", type=permutations, default=10_000, help=help_permuted, **most)(command)

    return give
