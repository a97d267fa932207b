"""`deg evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.bout_scores import interval_text, show_bouts
from deg_core.cli.options import json_option, project_option, quiet_option, run_option
from deg_core.cli.output import Output, score_text
from deg_core.data.splits import PARTS
from deg_core.errors import ProjectError

if TYPE_CHECKING:
    from deg_core.data.splits import Part
    from deg_core.evaluation.report import Report, ScoreCard

_DETAILED = ("f1", "average-precision")
"""Metrics shown for every behaviour: one of the decision, one of the probabilities. The rest is in --json."""

_FEW_UNITS = 5
"""With fewer recordings there are too few ways to draw them."""


@click.command()
@click.option(
    "--part", type=click.Choice(PARTS), default="test", show_default=True, help="Which part of the split is scored."
)
@run_option
@click.option(
    "--against",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Another project, evaluated before, whose scores are shown beside: a baseline, or another model.",
)
@click.option(
    "--resamples",
    "n_resamples",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="How often recordings are drawn anew for the 95 % intervals; 0: no intervals.",
)
@project_option
@json_option
@quiet_option
def evaluate(
    *, part: Part, run_id: str | None, against: Path | None, n_resamples: int, root: Path, as_json: bool, quiet: bool
) -> None:
    """Score predictions on data the model never saw, frame by frame and bout by bout, beside chance.

    Thresholds are the run's own, chosen on validation data, unless some were set by hand. Chance is the score of the
    same predictions turned round in time. A score is undefined where a behaviour never happens in this part. Scores of
    the test part are kept in evaluation.json. `deg plot mistakes` shows the worst moments.
    """
    output = Output(as_json=as_json, quiet=quiet)
    other = None if against is None else load_report(against)
    from deg_core.jobs.evaluate import evaluate as score
    from deg_core.jobs.evaluate import save_report
    from deg_core.jobs.models import load_pipeline
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    report = score(workspace, load_pipeline(workspace, run_id), part, output.progress(), n_resamples=n_resamples)
    if part == "test":
        save_report(workspace, report)
    if other is not None and other.counts != report.counts:
        output.warn(f"{against} was scored on other frames or labels: the scores are not comparable")
    if report.thresholds_by_hand:
        output.warn(f"thresholds set by hand: {', '.join(report.thresholds_by_hand)}; not with a view to these frames?")
    if 0 < report.n_units < _FEW_UNITS:
        output.warn(f"intervals over {report.n_units} {report.resampled} are too narrow: test on more")
    if as_json:
        output.answer(_values(report, other))
    else:
        _show(report, other, output)


def load_report(root: Path) -> Report:
    """The kept scores of a project.

    Raises:
        ProjectError: It has none, or the file is damaged.
    """
    from pydantic import ValidationError

    from deg_core.evaluation.report import Report
    from deg_core.project.layout import Layout

    path = Layout(root).evaluation
    try:
        return Report.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = "not evaluated yet"
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        problem = f"damaged: {str(error).splitlines()[0]}"
    raise ProjectError(problem, where=str(path), fix=f"evaluate it first: deg evaluate --project {root}")


def _values(report: Report, other: Report | None) -> dict[str, Any]:
    values: dict[str, Any] = report.model_dump(mode="json")
    if other is not None:
        values["against"] = other.model_dump(mode="json")
    return values


def _show(report: Report, other: Report | None, output: Output) -> None:
    what = f"{report.part} part: {report.n_frames} frames of {len(report.recordings)} recordings"
    output.say(f"{what}; {', '.join(report.runs)}\n")
    detailed = [name for name in _DETAILED if name in report.scores] or list(report.scores)[:2]
    columns = ["behaviour", "present", "base rate"]
    for name in detailed:
        columns += _columns(name, report, other)
    output.table(columns, [list(_row(report, other, behaviour, detailed)) for behaviour in report.counts], columns[1:])
    output.show("")
    columns = ["all behaviours", *_columns("score", report, other)]
    rows = [[name, *_cells(report, other, name)] for name in report.scores]
    output.table(columns, rows, columns[1:])
    if report.bouts is not None:
        show_bouts(report.bouts, output)
    if report.n_units:
        output.say(f"\n95 %: of {report.n_units} {report.resampled}, drawn anew")


def _columns(name: str, report: Report, other: Report | None) -> list[str]:
    return [name, *(["95 %"] if report.n_units else []), "chance", *(["other"] if other else [])]


def _row(report: Report, other: Report | None, behaviour: str, detailed: Sequence[str]) -> Iterator[str]:
    count = report.counts[behaviour]
    yield behaviour
    yield f"{count.present} of {count.labelled}"
    yield "undefined" if count.base_rate is None else f"{count.base_rate:.1%}"
    for name in detailed:
        yield from _cells(report, other, name, behaviour)


def _cells(report: Report, other: Report | None, metric: str, behaviour: str | None = None) -> Iterator[str]:
    """A score, its interval where there are any, chance, and the other project's score where there is one."""
    card = report.scores[metric]
    yield score_text(card.overall if behaviour is None else card.per_behaviour[behaviour])
    if report.n_units:
        yield interval_text(card.overall_interval if behaviour is None else card.interval[behaviour])
    yield score_text(card.chance_overall if behaviour is None else card.chance[behaviour])
    yield from _others(other, metric, behaviour)


def _others(other: Report | None, metric: str, behaviour: str | None = None) -> list[str]:
    """The other project's score in a cell; empty where it knows no such metric or behaviour; no cell without one."""
    if other is None:
        return []
    card: ScoreCard | None = other.scores.get(metric)
    if card is None or (behaviour is not None and behaviour not in card.per_behaviour):
        return [""]
    return [score_text(card.overall if behaviour is None else card.per_behaviour[behaviour])]
