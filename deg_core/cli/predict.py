"""`deg predict`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.options import (
    also_label_format_option,
    format_settings_option,
    json_option,
    model_option,
    output_option,
    pose_format_option,
    pose_settings_option,
    project_option,
    quiet_option,
    run_option,
)
from deg_core.cli.output import Output, error_values
from deg_core.cli.paths import expand, find_by_pattern, is_pattern

if TYPE_CHECKING:
    from deg_core.jobs.export import Writer
    from deg_core.jobs.formats import FormatChoice
    from deg_core.jobs.model import Model
    from deg_core.jobs.models import TrainedPipeline
    from deg_core.jobs.predict import Outcome, Target
    from deg_core.jobs.workspace import Workspace


@click.command()
@click.argument("names", metavar="[NAME|VIDEO]...", nargs=-1)
@model_option
@run_option
@output_option("folder", metavar="DIR", about="Where the predictions go.  [default: the project's predictions]")
@also_label_format_option
@format_settings_option
@click.option(
    "--pose",
    metavar="FILE|PATTERN",
    help="Pose of a video outside of the project, or a pattern such as '{stem}DLC*.csv'.",
)
@pose_format_option
@pose_settings_option
@click.option("--anew", is_flag=True, help="Predict also what these runs have predicted already.")
@project_option
@json_option
@quiet_option
def predict(
    *,
    names: tuple[str, ...],
    model_path: Path | None,
    run_id: str | None,
    folder: Path | None,
    label_format: str | None,
    settings: dict[str, Any],
    pose: str | None,
    pose_format: str,
    pose_settings: dict[str, Any],
    anew: bool,
    root: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Predict ethograms of recordings, or of any other video files; of all recordings when none is named.

    An interrupted prediction goes on where it stopped. A video that cannot be read does not stop the others; exit
    status 1 says that there was one. With --model FILE no project is needed.
    """
    output = Output(as_json=as_json, quiet=quiet)
    model = None if model_path is None else _open_model(model_path, names, output)
    from deg_core.jobs.export import Writer
    from deg_core.jobs.formats import FormatChoice
    from deg_core.jobs.model import rate_remark, video_targets
    from deg_core.jobs.predict import predict_targets

    if model is None:
        workspace, pipeline, targets = _open_project(root, names, run_id, folder)
    else:
        workspace, pipeline = model.workspace, model.pipeline
        targets = video_targets([Path(name) for name in expand(names)], folder)
    targets = _with_pose(targets, pose, FormatChoice(pose_format, pose_settings))
    writer = None if label_format is None else Writer(workspace, FormatChoice(label_format, settings))
    output.say(f"with {pipeline.sequence_run.run_id}, built on {pipeline.features_run.run_id}")
    outcomes = predict_targets(workspace, pipeline, targets, output.progress(), anew=anew)
    _say_engine(pipeline, output)
    done = [outcome.target for outcome in outcomes if outcome.error is None]
    for remark in [rate_remark(model.card, target) for target in done] if model is not None else ():
        if remark is not None:
            output.warn(remark)
    exports = folder if folder is not None or model is not None else workspace.layout.exports
    exported = {} if writer is None else _export(writer, done, exports, output)
    if as_json:
        output.answer([{**_values(outcome), "export": exported.get(outcome.target.name)} for outcome in outcomes])
    _summarise(outcomes, output)
    sys.exit(1 if len(done) < len(outcomes) else 0)


def _say_engine(pipeline: TrainedPipeline, output: Output) -> None:
    """Which engine ran the networks, and what it was chosen from; nothing where all latents were there already."""
    engine = pipeline.features.engine
    for index, trial in enumerate(engine.trials if engine is not None else ()):
        output.say(f"{'not ' if index else ''}run by {trial}")


def _open_model(path: Path, names: Sequence[str], output: Output) -> Model:
    if not names:
        raise click.UsageError("a model has no recordings of its own: name the videos")
    from deg_core.jobs.model import Model, other_versions

    model = Model(path)
    for sentence in other_versions(model.card, model.workspace.catalog):
        output.warn(sentence)
    return model


def _open_project(
    root: Path, names: Sequence[str], run_id: str | None, folder: Path | None
) -> tuple[Workspace, TrainedPipeline, list[Target]]:
    from deg_core.jobs.models import load_pipeline
    from deg_core.jobs.predict import find_targets
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    known = {record.name for record in workspace.records()}
    wanted = [each for name in names for each in ([name] if name in known else expand([name]))]
    targets = find_targets(workspace, wanted, folder)
    return workspace, load_pipeline(workspace, run_id), targets


def _with_pose(targets: Sequence[Target], pose: str | None, choice: FormatChoice) -> list[Target]:
    """Give each video outside of the project its pose file."""
    if pose is None:
        return list(targets)
    outside = [target for target in targets if target.record is None]
    if not is_pattern(pose) and len(outside) != 1:
        raise click.UsageError(f"one pose file for {len(outside)} videos: give a pattern such as '{{stem}}DLC*.csv'")
    found = {
        target.name: find_by_pattern(target.video_path.parent, pose, target.video_path.stem, target.name)
        if is_pattern(pose)
        else Path(pose).expanduser()
        for target in outside
    }
    return [t if t.record is not None else replace(t, pose_file=(found[t.name], choice)) for t in targets]


def _export(writer: Writer, targets: Sequence[Target], folder: Path | None, output: Output) -> dict[str, str]:
    """Write each prediction in a label format; gives the paths by name."""
    from deg_core.jobs.export import export_targets

    files = export_targets(writer, targets, folder)
    for file in files:
        output.say(str(file.path))
        for loss in file.lost:
            output.warn(f"{file.path.name}: {loss}")
    return {target.name: str(file.path) for target, file in zip(targets, files, strict=True)}


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
