"""`deg learning-curve`: what more labels would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core import project_option, quiet_option
from deg_plugins_analysis.answers.table import Table
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.trials.options import (
    keep_option,
    keep_table,
    number_text,
    open_project,
    output_option,
    place_for,
)

if TYPE_CHECKING:
    from deg_core import Project
    from deg_plugins_analysis.learning_curve.curve import Curve
    from deg_plugins_analysis.trials.trial import Trial

_CURVE_COLUMNS = ("behaviour", "ceiling", "span", "rate", "now", "next_hour", "gain", "gain_low", "gain_high")


def _sizes(_: click.Context, __: click.Parameter, text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return sorted({int(size) for size in text.split(",")})
    except ValueError:
        raise click.BadParameter(f"{text!r} is not numbers such as 1,2,4,8") from None


@click.command("learning-curve")
@click.option(
    "--by",
    type=click.Choice(["recording", "block"]),
    default="recording",
    show_default=True,
    help="What is added: whole recordings, or blocks of frames, which begin smaller.",
)
@click.option("--block-frames", type=click.IntRange(min=2), default=300, show_default=True, help="Length of a block.")
@click.option(
    "--sizes", metavar="N,N,...", callback=_sizes, help="How many are learned from.  [default: 1,2,4,..., all]"
)
@click.option(
    "--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Random subsets of each size."
)
@click.option("--metric", metavar="NAME", help="Which score.  [default: f1, else the project's first metric]")
@click.option(
    "--minutes-per-hour",
    type=click.FloatRange(min=0, min_open=True),
    default=15.0,
    show_default=True,
    help="Minutes of video that a person scores in an hour, for what the next hour would bring.",
)
@output_option
@keep_option
@project_option
@quiet_option
def learning_curve(
    *,
    by: str,
    block_frames: int,
    sizes: list[int] | None,
    repeats: int,
    metric: str | None,
    minutes_per_hour: float,
    folder: Path | None,
    keep: bool,
    root: Path,
    quiet: bool,
) -> None:
    """Train on growing parts of the training data, and say what the next hour of scoring would bring.

    Validation and test parts are those of the project's split, the same for all; so thresholds are chosen with more
    labels than the smallest parts have. Trainings that are done are kept: after Ctrl-C the same command goes on.
    """
    from deg_core import save_figure
    from deg_plugins_analysis.learning_curve.curve import curve_points, curves_of
    from deg_plugins_analysis.learning_curve.figure import draw_curves
    from deg_plugins_analysis.trials.running import run_trials

    project, progress = open_project(root, quiet=quiet)
    metric = _metric(project, metric)
    place = place_for(project, folder, "learning-curve")
    trials = _trials(project, block_frames if by == "block" else None, sizes, repeats)
    points = curve_points(run_trials(project, trials, place, progress, keep=keep), metric)
    curves = curves_of(points, minutes_per_hour, project.manifest.seed)
    _show(curves, metric, minutes_per_hour)
    columns = ("trial", "behaviour", "minutes", "present_frames", metric, "chance")
    keep_table(Table("trials", columns, tuple(map(astuple, points))), place)
    keep_table(Table("curves", _CURVE_COLUMNS, tuple(map(_numbers, curves))), place)
    click.echo(str(save_figure(draw_curves(curves, metric), place / "learning-curve.png")))


def _metric(project: Project, wanted: str | None) -> str:
    """The score that is drawn.

    Raises:
        click.UsageError: The project does not compute it.
    """
    known = project.manifest.metrics
    if wanted is None:
        return "f1" if "f1" in known else known[0]
    if wanted not in (*known, "bout-f1@0.1", "bout-f1@0.25", "bout-f1@0.5"):
        raise click.UsageError(f"--metric {wanted}: the project computes {', '.join(known)}, and bout-f1@0.25")
    return wanted


def _trials(project: Project, block_frames: int | None, sizes: list[int] | None, repeats: int) -> list[Trial]:
    """Trials of growing size; all the data are one subset, however often it is drawn."""
    import numpy as np

    from deg_core.api import Split
    from deg_plugins_analysis.learning_curve.subsets import default_sizes, draw_subset, pieces_of
    from deg_plugins_analysis.trials.candidates import own_candidate
    from deg_plugins_analysis.trials.trial import Trial

    split, settings = project.workspace.split(), own_candidate(project).settings
    labels = {span.record: project.labels(span.record) for span in split.train}
    marks = {name: each.marks for name, each in labels.items() if each is not None}
    pieces = pieces_of(split.train, block_frames)
    trials = []
    for size in sizes or default_sizes(len(pieces)):
        for draw in range(1 if size == len(pieces) else repeats):
            rng = np.random.default_rng([project.manifest.seed, size, draw])
            train = draw_subset(pieces, size, marks, rng)
            own = Split(train, split.validation, split.test)
            trials.append(Trial(f"{'recordings' if block_frames is None else 'blocks'}-{size}-{draw}", settings, own))
    return trials


def _numbers(curve: Curve) -> tuple[object, ...]:
    law, gain = curve.law, curve.gain
    if law is None or gain is None:
        return (curve.behaviour, *[None] * 8)
    numbers = (law.ceiling, law.span, law.rate, gain.now, gain.later, gain.gain, gain.low, gain.high)
    return (curve.behaviour, *numbers)


def _show(curves: Sequence[Curve], metric: str, minutes: float) -> None:
    columns = [metric, "trainings", "smallest", "largest", "with all", "an hour later", "gain", "95 %"]
    rows = []
    for curve in curves:
        of = "min" if curve.behaviour == "all" else "frames"
        amounts = [f"{value:.3g} {of}" for value in ((min(curve.amounts), max(curve.amounts)) if curve.points else ())]
        row = [curve.behaviour, str(len(curve.points)), *(amounts or ["", ""])]
        if curve.gain is None:
            rows.append([*row, "too little to tell", "", "", ""])
            continue
        gain = curve.gain
        interval = f"{number_text(gain.low)} to {number_text(gain.high)}" if gain.low == gain.low else "undefined"
        rows.append([*row, number_text(gain.now), number_text(gain.later), f"{gain.gain:+.3f}", interval])
    show(columns, rows)
    click.echo(f"\nan hour later: with {minutes:g} more minutes of labelled video, if the fitted power law holds\n")
