"""`deg cross-validate`: mean and spread of every score over folds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from deg_plugins_analysis.answers.table import table_of
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.trials.options import Folding, fold_options, keep_table, number_text, open_project, place_for

if TYPE_CHECKING:
    from deg_plugins_analysis.cross_validation.summary import FoldSummary
    from deg_plugins_analysis.cross_validation.together import TogetherRow

SHOWN = ("f1", "average-precision", "kappa", "bout-f1@0.25", "edit")
"""Scores in tables for a person, where the project has them; the CSV files hold all."""


@click.command("cross-validate")
@fold_options
def cross_validate(
    *,
    folding: Folding,
) -> None:
    """Train and test the project's pipeline fold by fold: mean, spread, and all test frames together.

    Each fold is trained from nothing, in a project of its own; in each, the next fold chooses epochs and thresholds.
    Folds that are trained already are kept: after Ctrl-C the same command goes on. The project's own runs stay as
    they are.
    """
    from deg_plugins_analysis.cross_validation.summary import FoldSummary, summarise_folds
    from deg_plugins_analysis.cross_validation.together import TogetherRow, score_together, together_rows
    from deg_plugins_analysis.trials.candidates import own_candidate
    from deg_plugins_analysis.trials.folds import fold_trials
    from deg_plugins_analysis.trials.running import run_trials
    from deg_plugins_analysis.trials.trial import ScoreRow, rows_of

    project, progress = open_project(folding.root, quiet=folding.quiet)
    place = place_for(project, folding.folder, "cross-validation")
    splits = folding.splits(project)
    outcomes = run_trials(project, fold_trials(own_candidate(project), splits), place, progress, keep=folding.keep)
    rows = rows_of(outcomes)
    summaries = summarise_folds(rows)
    report = score_together(project, outcomes)
    together = together_rows(report)
    show_folds(summaries, together, report, len(splits))
    keep_table(table_of("folds", rows, ScoreRow), place)
    keep_table(table_of("summary", summaries, FoldSummary), place)
    keep_table(table_of("together", together, TogetherRow), place)


def show_folds(
    summaries: Sequence[FoldSummary], together: Iterable[TogetherRow], report: Mapping[str, Any], n_folds: int
) -> None:
    """Print, for each metric that is shown, mean and spread over folds beside all test frames together."""
    pooled = {(row.behaviour, row.metric): row for row in together}
    known = {summary.metric for summary in summaries}
    shown = [metric for metric in SHOWN if metric in known] or sorted(known)[:1]
    columns = ["", "folds", "mean", "spread", "lowest", "highest", "together", "95 %", "chance"]
    for metric in shown:
        rows = [_row(summary, pooled[summary.behaviour, metric]) for summary in summaries if summary.metric == metric]
        show([metric, *columns[1:]], rows)
        click.echo("")
    units = f"{report['n_units']} {report['resampled']}"
    click.echo(f"{n_folds} folds; together: {report['n_frames']} test frames; 95 %: of {units}, drawn anew")


def _row(summary: FoldSummary, pooled: TogetherRow) -> list[str]:
    interval = "" if pooled.low is None or pooled.high is None else f"{pooled.low:.3f}-{pooled.high:.3f}"
    numbers = (summary.mean, summary.spread, summary.lowest, summary.highest, pooled.score)
    named = [summary.behaviour, str(summary.n_folds), *map(number_text, numbers)]
    return [*named, interval, number_text(pooled.chance)]
