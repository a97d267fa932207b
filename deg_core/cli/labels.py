"""`deg import-labels`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.add import describe
from deg_core.cli.imports import ImportRequest, import_arguments, run_import
from deg_core.cli.options import format_settings_option, label_format_option, project_option, quiet_option
from deg_core.cli.output import Output
from deg_core.errors import LabelError

if TYPE_CHECKING:
    from deg_core.data.record import Record
    from deg_core.jobs.workspace import Workspace


@click.command("import-labels")
@import_arguments("label", "{name}.csv or {stem}_labels.csv")
@label_format_option
@format_settings_option
@project_option
@quiet_option
def import_labels(*, label_format: str, settings: dict[str, Any], root: Path, quiet: bool, **files: Any) -> None:
    """Read the labels of RECORDING from FILE, in place of any it had; or with --pattern those of all recordings.

    {name} in the pattern stands for a recording's name, {stem} for the stem of its video. A pattern without either is
    one file that holds all recordings.
    """
    from deg_core.jobs.add import import_labels as read_labels
    from deg_core.jobs.formats import FormatChoice

    choice = FormatChoice(label_format, settings)

    def import_one(workspace: Workspace, record: Record, path: Path) -> str:
        labels = read_labels(workspace, record, path, choice)
        return describe(labels.n_frames, labels.frames_per_second or 0.0, labels)

    run_import(root, ImportRequest(**files), import_one, "label", LabelError, Output(quiet=quiet))
