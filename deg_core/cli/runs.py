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
@click.argument("run_id", metavar="[RUN]", required=False)
@project_option
@json_option
def runs(*, run_id: str | None, root: Path, as_json: bool) -> None:
    """List finished training runs, oldest first; or show the card of one RUN."""
    output = Output(as_json=as_json)
    from deg_core.project.layout import Layout
    from deg_core.project.manifest_file import load_manifest
    from deg_core.project.runs import list_runs, load_run_record

    layout = Layout(root.resolve())
    load_manifest(layout.manifest)  # so that a folder without a project is refused
    if run_id is not None:
        _show_card(load_run_record(layout.run(run_id)), output)
        return
    records = list_runs(layout)
    if as_json:
        output.answer([record.model_dump(mode="json") for record in records])
    elif records:
        show_runs(records, output)
    else:
        output.show("nothing trained yet: deg train")


def show_runs(records: Sequence[RunRecord], output: Output) -> None:
    """A table of runs."""
    columns = ["run", "plugin", "best on validation data", "minutes", "built on", "finished"]
    rows = [_row(record) for record in records]
    if any(record.started_from for record in records):
        columns.append("started from")
        rows = [(*row, _start(record)) for row, record in zip(rows, records, strict=True)]
    output.table(columns, rows, right=("minutes",))


def _show_card(record: RunRecord, output: Output) -> None:
    """What a run is, and which of its tensors came from where."""
    if output.as_json:
        output.answer(record.model_dump(mode="json"))
        return
    plugin = record.plugin
    rows = [
        ("run", f"{record.run_id}, finished {record.created.astimezone():%Y-%m-%d %H:%M}"),
        ("plugin", f"{plugin.name} of {plugin.distribution} {plugin.version}"),
        *((f"  {name}", str(value)) for name, value in plugin.settings.items()),
        ("behaviours", ", ".join(record.behaviours) + (" (exclusive)" if record.exclusive else "")),
        ("built on", record.built_on or ""),
        ("best on validation data", _best(record)),
        ("weights", f"SHA-256 {record.weights_sha256}"),
        *_start_rows(record),
        *([] if record.taught_by is None else [("taught", record.taught_by.summary())]),
    ]
    output.table(("", ""), rows)


def _start(record: RunRecord) -> str:
    start = record.started_from
    return "" if start is None else f"{start.run_id} of {start.source}"


def _start_rows(record: RunRecord) -> list[tuple[str, str]]:
    start = record.started_from
    if start is None:
        return []
    return [
        ("started from", f"{_start(record)}, weights SHA-256 {start.weights_sha256}"),
        *(("  loaded", name) for name in start.loaded),
        *(("  in part", f"{name}: rows of {', '.join(rows)}") for name, rows in start.carried.items()),
        *(("  as drawn", f"{name}: {reason}") for name, reason in start.drawn.items()),
        *(("  left out", name) for name in start.left_out),
    ]


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
