"""`deg runs`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core.cli.options import json_option, project_option
from deg_core.cli.output import Output, score_text

if TYPE_CHECKING:
    from deg_core.project.run_record import RunRecord

_BESIDE = ("epoch", "train_loss", "loss")
"""Kept with a run's score, and not it, unless it is the loss that was judged by."""


@click.command()
@project_option
@json_option
def runs(*, root: Path, as_json: bool) -> None:
    """List finished training runs, oldest first."""
    output = Output(as_json=as_json)
    from deg_core.project.layout import Layout
    from deg_core.project.manifest_file import load_manifest
    from deg_core.project.runs import list_runs

    layout = Layout(root.resolve())
    load_manifest(layout.manifest)  # so that a folder without a project is refused
    records = list_runs(layout)
    if as_json:
        output.answer([record.model_dump(mode="json") for record in records])
    elif records:
        show_runs(records, output)
    else:
        output.show("nothing trained yet: deg train")


def show_runs(records: Sequence[RunRecord], output: Output) -> None:
    """A table of runs."""
    columns = ("run", "plugin", "best on validation data", "minutes", "built on", "finished")
    output.table(columns, map(_row, records), right=("minutes",))


def _row(record: RunRecord) -> tuple[str, ...]:
    return (
        record.run_id,
        record.plugin.name,
        _best(record),
        f"{record.minutes:.1f}",
        record.built_on or "",
        f"{record.created.astimezone():%Y-%m-%d %H:%M}",
    )


def _best(record: RunRecord) -> str:
    """The validation score by which the best epoch was chosen; nothing for models fitted in one go."""
    names = [name for name in record.scores if name not in _BESIDE] or [name for name in ("loss",) if record.scores]
    return ", ".join(f"{name} {score_text(record.scores.get(name))}" for name in names)
