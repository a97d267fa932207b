"""`deg stats`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from deg_core import json_option
from deg_core.api import LabelError
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
from deg_plugins_analysis.observations.groups import Groups
from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.statistics.comparison import Effort
from deg_plugins_analysis.statistics.correction import Correction
from deg_plugins_analysis.statistics.study import Plan, Study, study
from deg_plugins_analysis.statistics.telling import tell


@click.command("stats")
@source_options(raters=False)
@click.option(
    "--what",
    type=click.Choice(("predictions", "labels")),
    default="predictions",
    show_default=True,
    help="What is taken from a project.",
)
@click.option("--scored-by", metavar="NAME", help="The rater to look at, where tables hold several.")
@click.option(
    "--groups",
    "groups_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A table (CSV) with a row for each recording: recording, animal, sex, genotype, treatment, start...",
)
@click.option("--by", "factors", metavar="COLUMN", multiple=True, help="Compare the groups of this column.")
@click.option("--animal", metavar="COLUMN", default="animal", show_default=True, help="The column that names animals.")
@click.option(
    "--correction",
    type=click.Choice(("holm", "bh", "none")),
    default="holm",
    show_default=True,
    help="For many comparisons of one measure.",
)
@click.option(
    "--bin",
    "bin_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Length of stretches of time.",
)
@click.option(
    "--sequence", metavar="N", type=click.IntRange(3, 6), default=None, help="Look at sequences of N bouts, too."
)
@click.option(
    "--max-gap",
    "max_gap_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="A longer time without any behaviour breaks a sequence.  [default: nothing does]",
)
@effort_options("Ways of dealing animals out to groups", "animals")
@seed_option
@output_option
@figures_option
@parquet_option
@json_option
def stats(
    *,
    source: Source,
    what: Literal["predictions", "labels"],
    scored_by: str | None,
    groups_path: Path | None,
    output: Path | None,
    kind: str,
    parquet: bool,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Say what animals did: how long, how often, in which order, and whether groups differ.

    Without --labels or --bouts, recordings are those of a project.
    """
    if parquet:
        require_parquet()
    gathered = gather(source, what, groups_path)
    if scored_by is not None:
        gathered = replace(gathered, observations=_only(gathered.observations, scored_by))
    found = study(gathered.observations, gathered.groups, _plan(**wishes))
    folder = output or (gathered.folder / "statistics" if gathered.folder else None)
    files = _write(found, gathered.groups, folder, kind, parquet=parquet)
    notes = [*gathered.notes, *found.notes]
    if as_json:
        voice.answer(_answer(found, gathered.groups, notes, files))
        return
    tell(found)
    voice.note(notes)
    for path in files:
        click.echo(str(path))


def _plan(
    *,
    factors: tuple[str, ...],
    animal: str,
    correction: Correction,
    bin_s: float,
    sequence: int | None,
    max_gap_s: float | None,
    permutations: int,
    bootstrap: int,
    seed: int,
) -> Plan:
    effort = Effort(permutations, bootstrap, correction=correction)
    return Plan(factors, animal, bin_s, sequence or 0, max_gap_s, effort=effort, seed=seed)


def _only(observations: list[Observation], rater: str) -> list[Observation]:
    kept = [each for each in observations if each.rater == rater]
    if not kept:
        raters = ", ".join(sorted({each.rater for each in observations}))
        raise LabelError(f"nobody called {rater!r} scored anything", where="--scored-by", fix=f"choose of: {raters}")
    return kept


def _write(found: Study, groups: Groups, folder: Path | None, kind: str, *, parquet: bool) -> list[Path]:
    """Write tables and figures; gives their paths."""
    if folder is None:
        return []
    files = []
    for table in found.tables(groups):
        files.append(write_csv(table, folder))
        if parquet:
            files.append(write_parquet(table, folder))
    if kind != "none":
        from deg_core import save_figure
        from deg_plugins_analysis.statistics.figures import draw_all

        files += [save_figure(figure, folder / f"{name}.{kind}") for name, figure in draw_all(found)]
    return files


def _answer(found: Study, groups: Groups, notes: list[str], files: list[Path]) -> dict[str, Any]:
    tables = {table.name: table.records() for table in found.tables(groups) if table.name not in ("bouts", "bins")}
    return {
        "behaviours": list(found.behaviours),
        "n_animals": found.n_animals,
        "notes": notes,
        "files": [str(path) for path in files],
        **tables,
    }
