"""`deg export`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.options import (
    format_settings_option,
    json_option,
    output_option,
    project_option,
    quiet_option,
    required_label_format_option,
)
from deg_core.cli.output import Output
from deg_core.data.record import Record
from deg_core.errors import ProjectError

if TYPE_CHECKING:
    from deg_core.jobs.export import What
    from deg_core.jobs.workspace import Workspace


@click.command()
@click.argument("names", metavar="[RECORDING|VIDEO]...", nargs=-1)
@required_label_format_option
@click.option(
    "--what",
    type=click.Choice(["predictions", "labels"]),
    default="predictions",
    show_default=True,
    help="What to write.",
)
@output_option("folder", metavar="DIR", about="Where the files go.  [default: the project's exports]")
@format_settings_option
@project_option
@json_option
@quiet_option
def export(
    *,
    names: tuple[str, ...],
    label_format: str,
    what: What,
    folder: Path | None,
    settings: dict[str, Any],
    root: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write labels or predictions in another program's format, a file for each recording.

    Without names: every recording that has any. A VIDEO outside the project is one that was predicted in it. What the
    format cannot hold is said.
    """
    output = Output(as_json=as_json, quiet=quiet)
    from deg_core.jobs.export import export as write
    from deg_core.jobs.formats import FormatChoice
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    records = _named(workspace, names) if names else _all(workspace, what, output)
    folder = folder or workspace.layout.exports
    files = write(workspace, records, what, FormatChoice(label_format, settings), folder)
    if as_json:
        output.answer([{"path": str(file.path), "lost": list(file.lost)} for file in files])
    for file in files:
        output.say(str(file.path))
        for loss in file.lost:
            output.warn(f"{file.path.name}: {loss}")


def _named(workspace: Workspace, names: Sequence[str]) -> list[Record]:
    """Recordings, and videos outside the project by the name their prediction has."""
    known = {record.name: record for record in workspace.records()}
    outside = {name: Path(name) for name in names if name not in known and Path(name).exists()}
    return [
        Record(outside[name].stem, outside[name].resolve()) if name in outside else workspace.records([name])[0]
        for name in names
    ]


def _all(workspace: Workspace, what: What, output: Output) -> list[Record]:
    records = workspace.records()
    there = [
        record
        for record in records
        if (record.labels_path if what == "labels" else workspace.layout.prediction(record.name).is_file())
    ]
    if not there:
        fix = "deg import-labels" if what == "labels" else "deg predict"
        raise ProjectError(f"no recording has {what}", where=str(workspace.layout.root), fix=fix)
    if len(there) < len(records):
        output.say(f"{len(records) - len(there)} recordings have no {what}")
    return there
