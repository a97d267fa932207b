"""`deg import-labels`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.add import describe
from deg_core.cli.options import format_settings_option, label_format_option, project_option, quiet_option
from deg_core.cli.output import Output
from deg_core.cli.paths import fill_pattern
from deg_core.errors import DegError, LabelError

if TYPE_CHECKING:
    from deg_core.data.record import Record
    from deg_core.jobs.add import LabelChoice
    from deg_core.jobs.workspace import Workspace


@click.command("import-labels")
@click.argument("recording", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--pattern",
    metavar="PATTERN",
    help="For all recordings: their label files, such as {name}.csv or {stem}_labels.csv.",
)
@click.option(
    "--from", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Folder that the pattern begins in."
)
@label_format_option
@format_settings_option
@project_option
@quiet_option
def import_labels(
    *,
    recording: str | None,
    file: Path | None,
    pattern: str | None,
    folder: Path | None,
    label_format: str,
    settings: dict[str, Any],
    root: Path,
    quiet: bool,
) -> None:
    """Read the labels of RECORDING from FILE, in place of any it had; or with --pattern those of all recordings.

    {name} in the pattern stands for a recording's name, {stem} for the stem of its video. A pattern without either is
    one file that holds all recordings.
    """
    bulk = pattern is not None
    if bulk == (file is not None) or (bulk and recording is not None) or (folder is not None and not bulk):
        raise click.UsageError("give RECORDING and FILE, or --pattern (and --from)")
    from deg_core.jobs.add import LabelChoice
    from deg_core.jobs.workspace import open_workspace

    workspace, output = open_workspace(root), Output(quiet=quiet)
    choice = LabelChoice(label_format, settings)
    if pattern is None:
        (record,) = workspace.records([str(recording)])
        _import_one(workspace, record, Path(str(file)), choice, output)
        return
    records = workspace.records()
    files = [(folder or Path()) / fill_pattern(pattern, each.video_path.stem, each.name) for each in records]
    sys.exit(_import_all(workspace, list(zip(records, files, strict=True)), choice, output))


def _import_all(workspace: Workspace, pairs: Sequence[tuple[Record, Path]], choice: LabelChoice, output: Output) -> int:
    there = [(record, path) for record, path in pairs if path.is_file()]
    if not there:
        looked = f"such as {pairs[0][1]}" if pairs else "the project has no recordings"
        raise LabelError(f"no label file found, {looked}", where="--pattern", fix="mend the pattern, or --from")
    failed = []
    for record, path in pairs:
        if not path.is_file():
            output.warn(f"{record.name}: no label file {path}")
            continue
        try:
            _import_one(workspace, record, path, choice, output)
        except DegError as error:
            output.refuse(error)
            failed.append(record.name)
    if failed:
        output.warn(f"{len(failed)} of {len(there)} label files failed: {', '.join(failed)}")
    return 1 if failed else 0


def _import_one(workspace: Workspace, record: Record, path: Path, choice: LabelChoice, output: Output) -> None:
    from deg_core.jobs.add import import_labels as read_labels

    labels = read_labels(workspace, record, path, choice)
    output.say(f"{record.name}: {describe(labels.n_frames, labels.frames_per_second or 0.0, labels)}")
