"""`deg agreement`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from deg_core import json_option
from deg_core.api import LabelError
from deg_plugins_analysis.agreement.counts import Ratings, rate_together
from deg_plugins_analysis.agreement.survey import Effort, Survey, survey
from deg_plugins_analysis.agreement.telling import tell
from deg_plugins_analysis.answers import voice
from deg_plugins_analysis.answers.options import (
    Source,
    effort_options,
    figures_option,
    output_option,
    parquet_option,
    seed_option,
    source_options,
)
from deg_plugins_analysis.answers.table import require_parquet, write_csv, write_parquet
from deg_plugins_analysis.observations.gather import gather
from deg_plugins_analysis.observations.observation import DEG, Observation, resampled


@click.command("agreement")
@source_options(raters=True)
@click.option(
    "--resample",
    "rate",
    metavar="RATE",
    type=click.FloatRange(min=0, min_open=True),
    help="Bring all scores to this frame rate first.",
)
@effort_options("Ways of exchanging raters", "recordings")
@seed_option
@output_option
@figures_option
@parquet_option
@json_option
def agreement(
    *,
    source: Source,
    rate: float | None,
    permutations: int,
    bootstrap: int,
    seed: int,
    output: Path | None,
    kind: str,
    parquet: bool,
    as_json: bool,
) -> None:
    """Say how far people agree who scored the same recordings, and whether deg agrees with them as they do.

    In a project, its labels are one rater, and deg is the other. With --rater or --bouts, raters are those of the
    files, and with --project deg is one more.
    """
    if parquet:
        require_parquet()
    gathered = gather(source, "both")
    observations = _at_rate(gathered.observations, rate)
    ratings, notes = _rate(observations, gathered.notes)
    found = survey(ratings, observations, Effort(permutations, bootstrap, seed=seed), DEG)
    files = _write(found, output or (gathered.folder / "agreement" if gathered.folder else None), kind, parquet=parquet)
    if as_json:
        voice.answer(_answer(found, notes, files))
        return
    tell(found)
    voice.note(notes)
    for path in files:
        click.echo(str(path))


def _rate(observations: Sequence[Observation], notes: list[str]) -> tuple[Ratings, list[str]]:
    """Lay scores on each other; where that cannot be, notes so far may say why."""
    try:
        ratings, further = rate_together(observations)
    except LabelError as error:
        raise LabelError(error.problem, where=error.where, fix="\n".join([error.fix, *notes])) from error
    return ratings, [*notes, *further]


def _at_rate(observations: Sequence[Observation], rate: float | None) -> list[Observation]:
    if rate is None:
        return list(observations)
    return [replace(each, labels=resampled(each.labels, rate)) for each in observations]


def _write(found: Survey, folder: Path | None, kind: str, *, parquet: bool) -> list[Path]:
    """Write tables and figures; gives their paths."""
    if folder is None:
        return []
    files = []
    for table in found.tables():
        files.append(write_csv(table, folder))
        if parquet:
            files.append(write_parquet(table, folder))
    if kind != "none":
        from deg_core import save_figure
        from deg_plugins_analysis.agreement.figures import draw_all

        files += [save_figure(figure, folder / f"{name}.{kind}") for name, figure in draw_all(found)]
    return files


def _answer(found: Survey, notes: list[str], files: list[Path]) -> dict[str, Any]:
    return {
        "raters": list(found.ratings.raters),
        "behaviours": list(found.ratings.behaviours),
        "recordings": list(found.ratings.recordings),
        "notes": notes,
        "files": [str(path) for path in files],
        **{table.name: table.records() for table in found.tables()},
    }
