"""`deg predict`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.options import json_option, project_option, quiet_option, run_option
from deg_core.cli.output import Output, error_values
from deg_core.cli.paths import expand

if TYPE_CHECKING:
    from deg_core.jobs.predict import Outcome


@click.command()
@click.argument("names", metavar="[NAME|VIDEO]...", nargs=-1)
@run_option
@click.option(
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the predictions go.  [default: the project's predictions]",
)
@click.option("--anew", is_flag=True, help="Predict also what these runs have predicted already.")
@project_option
@json_option
@quiet_option
def predict(
    *,
    names: tuple[str, ...],
    run_id: str | None,
    folder: Path | None,
    anew: bool,
    root: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Predict ethograms of recordings, or of any other video files; of all recordings when none is named.

    An interrupted prediction goes on where it stopped. A video that cannot be read does not stop the others; exit
    status 1 says that there was one.
    """
    output = Output(as_json=as_json, quiet=quiet)
    from deg_core.jobs.models import load_pipeline
    from deg_core.jobs.predict import find_targets, predict_targets
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    known = {record.name for record in workspace.records()}
    wanted = [each for name in names for each in ([name] if name in known else expand([name]))]
    targets = find_targets(workspace, wanted, folder)
    pipeline = load_pipeline(workspace, run_id)
    output.say(f"with {pipeline.sequence_run.run_id}, built on {pipeline.features_run.run_id}")
    outcomes = predict_targets(workspace, pipeline, targets, output.progress(), anew=anew)
    if as_json:
        output.answer([_values(outcome) for outcome in outcomes])
    _summarise(outcomes, output)
    sys.exit(1 if any(outcome.error for outcome in outcomes) else 0)


def _summarise(outcomes: Sequence[Outcome], output: Output) -> None:
    failed = [(outcome.target.name, outcome.error) for outcome in outcomes if outcome.error is not None]
    for name, error in failed:
        output.refuse(error, name)
    counts = {status: [o.status for o in outcomes].count(status) for status in ("predicted", "kept", "failed")}
    folders = sorted({str(outcome.target.prediction_path.parent) for outcome in outcomes})
    names = f" ({', '.join(name for name, _ in failed)})" if failed else ""
    output.say(
        f"{counts['predicted']} predicted, {counts['kept']} kept, {counts['failed']} failed{names};"
        f" in {', '.join(folders)}"
    )


def _values(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.target.name,
        "video": str(outcome.target.video_path),
        "prediction": str(outcome.target.prediction_path) if outcome.error is None else None,
        "status": outcome.status,
        "error": error_values(outcome.error) if outcome.error is not None else None,
    }
