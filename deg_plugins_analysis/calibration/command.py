"""`deg calibrate`: probabilities that come true as often as they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from deg_core import project_option, quiet_option
from deg_plugins_analysis.answers.table import Table, table_of
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.trials.options import keep_table, number_text, open_project, output_option, place_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from deg_core import Project
    from deg_plugins_analysis.calibration.scaling import Method


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """What calibration did to one behaviour; None where undefined.

    Attributes:
        behaviour: Which behaviour.
        temperature: What logits are divided by; above 1 the model was too sure.
        shift: Added after that.
        error_before: Expected calibration error on the test part.
        error_after: The same of calibrated probabilities.
        brier_before: Brier score on the test part.
        brier_after: The same of calibrated probabilities.
    """

    behaviour: str
    temperature: float
    shift: float
    error_before: float | None
    error_after: float | None
    brier_before: float | None
    brier_after: float | None


@click.command()
@click.argument("recordings", metavar="[RECORDING]...", nargs=-1)
@click.option(
    "--method",
    type=click.Choice(["temperature", "platt"]),
    default="temperature",
    show_default=True,
    help="temperature only makes probabilities surer or less sure; platt also moves them up or down.",
)
@output_option
@project_option
@quiet_option
def calibrate(
    *,
    recordings: tuple[str, ...],
    method: Literal["temperature", "platt"],
    folder: Path | None,
    root: Path,
    quiet: bool,
) -> None:
    """Write probabilities that come true as often as they say, of every RECORDING, or of all.

    What it takes is fitted on the validation part of the newest run and tried on its test part, before and after. What
    is present stays as it was decided: thresholds are for the probabilities of `deg predict`, which stay as they are.
    """
    project, _ = open_project(root, quiet=quiet)
    rows, tables = calibrate_project(project, recordings, method)
    columns = ["", "temperature", "shift", "error before", "after", "Brier before", "after"]
    show(
        columns,
        [
            [
                *(row.behaviour, number_text(row.temperature, 2), f"{row.shift:+.2f}"),
                *map(number_text, (row.error_before, row.error_after, row.brier_before, row.brier_after)),
            ]
            for row in rows
        ],
    )
    place = place_for(project, folder, "calibration")
    keep_table(table_of("calibration", rows, CalibrationRow), place)
    for table in tables:
        keep_table(table, place)


def calibrate_project(
    project: Project, names: tuple[str, ...], method: Method
) -> tuple[list[CalibrationRow], list[Table]]:
    """What calibration does to each behaviour, and calibrated probabilities of recordings.

    Raises:
        ProjectError: Nothing is trained, the validation part is empty, or a recording cannot be predicted.
    """
    from deg_core.api import ProjectError
    from deg_plugins_analysis.calibration.scaling import fit_scaling

    run = project.run()
    if not project.spans("validation", run.run_id):
        raise ProjectError(
            "the validation part of the split is empty: nothing to fit on",
            where=run.run_id,
            fix="give it a share (split.fractions), split, and train again",
        )
    if run.exclusive and method == "platt":
        raise ProjectError(
            "behaviours that exclude each other share one temperature", where="--method", fix="take temperature"
        )
    logits, marks, _ = _frames(project, "validation", run.run_id)
    scaling = fit_scaling(logits, marks, method, exclusive=run.exclusive)
    logits, marks, before = _frames(project, "test", run.run_id)
    after = scaling.probabilities(logits)
    rows = []
    for column, behaviour in enumerate(run.behaviours):
        values = [_judge(each[:, column], marks[:, column]) for each in (before, after)]
        (error_before, brier_before), (error_after, brier_after) = values
        own = (float(scaling.temperatures[column]), float(scaling.shifts[column]))
        rows.append(CalibrationRow(behaviour, *own, error_before, error_after, brier_before, brier_after))
    tables = []
    wanted = names or tuple(record.name for record in project.recordings())
    for outcome in project.predict(*wanted):
        if outcome.error is not None:
            raise outcome.error
    for name in wanted:
        calibrated = scaling.probabilities(project.prediction(name).decisions.logits)
        numbered = tuple((frame, *map(float, row)) for frame, row in enumerate(calibrated))
        tables.append(Table(f"{Path(name).stem}_calibrated", ("frame", *run.behaviours), numbered))
    return rows, tables


def _frames(
    project: Project, part: Literal["validation", "test"], run_id: str
) -> tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.float32]]:
    """Logits, labels and probabilities of a part; predicted first where that was not done."""
    import numpy as np

    from deg_core.api import ProjectError

    spans = project.spans(part, run_id)
    for outcome in project.predict(*sorted({span.record for span in spans})) if spans else ():
        if outcome.error is not None:
            raise outcome.error
    run = project.run(run_id)
    n_behaviours = len(run.behaviours)
    logits = [np.empty((0, n_behaviours + run.exclusive), np.float32)]
    marks, probabilities = [np.empty((0, n_behaviours), np.int8)], [np.empty((0, n_behaviours), np.float32)]
    for span in spans:
        decisions, labels = project.prediction(span.record).decisions, project.labels(span.record)
        if labels is None:
            raise ProjectError("its labels are gone", where=f"recording {span.record!r}", fix="deg import-labels")
        frames = slice(span.start, span.stop)
        logits.append(decisions.logits[frames])
        marks.append(labels.marks[frames])
        probabilities.append(decisions.probabilities[frames])
    return np.concatenate(logits), np.concatenate(marks), np.concatenate(probabilities)


def _judge(probabilities: NDArray[np.float32], marks: NDArray[np.int8]) -> tuple[float | None, float | None]:
    """Expected calibration error in bins of a tenth, and Brier score; None where nothing is labelled."""
    import numpy as np

    known = marks >= 0
    if not known.any():
        return None, None
    gaps = probabilities[known].astype(np.float64) - (marks[known] == 1)
    bins = np.minimum((probabilities[known] * 10).astype(np.int64), 9)
    return float(np.abs(np.bincount(bins, gaps, 10)).sum() / known.sum()), float((gaps**2).mean())
