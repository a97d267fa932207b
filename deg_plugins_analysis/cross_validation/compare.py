"""`deg compare`: several pipelines on the same folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from typing import TYPE_CHECKING

import click

from deg_plugins_analysis.answers.table import Table
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.cross_validation.command import SHOWN
from deg_plugins_analysis.cross_validation.summary import Difference
from deg_plugins_analysis.trials.options import Folding, fold_options, keep_table, number_text, open_project, place_for

if TYPE_CHECKING:
    from deg_core import Project
    from deg_plugins_analysis.cross_validation.summary import FoldSummary
    from deg_plugins_analysis.trials.candidates import Candidate
    from deg_plugins_analysis.trials.trial import Outcome


@click.command()
@click.argument("others", metavar="PIPELINE...", nargs=-1, required=True)
@fold_options
def compare(
    *,
    others: tuple[str, ...],
    folding: Folding,
) -> None:
    """Train and test the project's pipeline and others on the same folds: paired differences, one table, one plot.

    A PIPELINE is a preset, such as baseline, or a project file (or a project's folder) with the same behaviours; only
    its settings are taken, never its recordings. Trainings lie where those of `deg cross-validate` do by default, so
    that what is trained already is kept.
    """
    from deg_core import save_figure
    from deg_plugins_analysis.cross_validation.figure import draw_comparison
    from deg_plugins_analysis.cross_validation.summary import differences_between, summarise_folds
    from deg_plugins_analysis.trials.folds import fold_trials
    from deg_plugins_analysis.trials.running import run_trials
    from deg_plugins_analysis.trials.trial import rows_of

    project, progress = open_project(folding.root, quiet=folding.quiet)
    place = place_for(project, folding.folder, "cross-validation")
    candidates = _candidates(project, others)
    opened = _open_all(project, candidates[1:])
    splits = folding.splits(project, opened)
    outcomes = {
        each.name: run_trials(project, fold_trials(each, splits), place, progress, keep=folding.keep)
        for each in candidates
    }
    rows = {name: rows_of(each) for name, each in outcomes.items()}
    summaries = {name: summarise_folds(each) for name, each in rows.items()}
    folds = [f"fold-{index}" for index in range(len(splits))]
    own = candidates[0].name
    ratio = _test_per_train(outcomes[own])
    differences = {
        name: differences_between(rows[own], each, folds, ratio) for name, each in rows.items() if name != own
    }
    _show(summaries, differences, own)
    scores = tuple((name, *astuple(row)) for name, each in rows.items() for row in each)
    keep_table(Table("comparison", ("pipeline", "trial", "behaviour", "metric", "score", "chance"), scores), place)
    columns = ("pipeline", "less", *(field.name for field in fields(Difference)))
    values = tuple((own, name, *astuple(row)) for name, each in differences.items() for row in each)
    keep_table(Table("differences", columns, values), place)
    shown = [metric for metric in SHOWN[:2] if metric in {row.metric for row in rows[own]}] or [rows[own][0].metric]
    click.echo(str(save_figure(draw_comparison(rows, shown), place / "comparison.png")))


def _candidates(project: Project, others: Sequence[str]) -> list[Candidate]:
    """The project's own pipeline first.

    Raises:
        click.UsageError: Two have one name.
    """
    from deg_plugins_analysis.trials.candidates import candidate_named, own_candidate

    found = [own_candidate(project), *(candidate_named(project, text) for text in others)]
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise click.UsageError(f"two pipelines of one name among {', '.join(names)}: rename a file")
    return found


def _open_all(project: Project, candidates: Sequence[Candidate]) -> list[Project]:
    from deg_plugins_analysis.trials.candidates import open_candidate

    return [open_candidate(project, each) for each in candidates]


def _test_per_train(outcomes: Sequence[Outcome]) -> float:
    return sum(each.test_frames for each in outcomes) / max(sum(each.train_frames for each in outcomes), 1)


def _show(
    summaries: Mapping[str, Sequence[FoldSummary]], differences: Mapping[str, Sequence[Difference]], own: str
) -> None:
    known = [summary.metric for summary in summaries[own]]
    for metric in [each for each in SHOWN if each in known] or known[:1]:
        columns, rows = [metric], {s.behaviour: [s.behaviour] for s in summaries[own] if s.metric == metric}
        for name, each in summaries.items():
            columns += [name]
            for summary in each:
                if summary.metric == metric:
                    rows[summary.behaviour].append(f"{number_text(summary.mean)} ± {number_text(summary.spread)}")
        for name, found in differences.items():
            columns += [f"{own} - {name}", "95 %"]
            for difference in found:
                if difference.metric == metric:
                    rows[difference.behaviour] += _cells(difference)
        show(columns, list(rows.values()))
        click.echo("")


def _cells(difference: Difference) -> list[str]:
    interval = f"{number_text(difference.low)} to {number_text(difference.high)}"
    return [number_text(difference.mean), interval if difference.n_folds > 1 else "undefined"]
