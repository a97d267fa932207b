"""`deg thresholds`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core.cli.options import json_option, project_option, run_option
from deg_core.cli.output import Output

if TYPE_CHECKING:
    from deg_core.project.run_record import RunRecord


@click.group()
def thresholds() -> None:
    """Show or set from which probability on a behaviour counts as present.

    A run's own thresholds were chosen on validation data. Those set by hand win over them; they lie in thresholds.yaml
    in the run's folder, which may be edited too. `deg predict` then decides anew, and computes nothing else anew.
    """


@thresholds.command("show")
@run_option
@project_option
@json_option
def show(*, run_id: str | None, root: Path, as_json: bool) -> None:
    """Show the thresholds of a run, and which were set by hand."""
    output = Output(as_json=as_json)
    _show(*_open(root, run_id), output)


@thresholds.command("set")
@click.argument("behaviour")
@click.argument("value", type=click.FloatRange(0, 1))
@run_option
@project_option
@json_option
def set_one(*, behaviour: str, value: float, run_id: str | None, root: Path, as_json: bool) -> None:
    """Set the threshold of a BEHAVIOUR to a probability."""
    output = Output(as_json=as_json)
    folder, run = _open(root, run_id)
    from deg_core.project.hand_thresholds import load_hand_thresholds, save_hand_thresholds

    save_hand_thresholds(folder, run, {**load_hand_thresholds(folder, run), behaviour: value})
    _show(folder, run, output)


@thresholds.command("reset")
@click.argument("behaviours", metavar="[BEHAVIOUR]...", nargs=-1)
@run_option
@project_option
@json_option
def reset(*, behaviours: tuple[str, ...], run_id: str | None, root: Path, as_json: bool) -> None:
    """Go back to the run's own threshold for each BEHAVIOUR, or for all."""
    output = Output(as_json=as_json)
    folder, run = _open(root, run_id)
    from deg_core.project.hand_thresholds import check_behaviours_of, load_hand_thresholds, save_hand_thresholds

    check_behaviours_of(dict.fromkeys(behaviours, 0.0), run, where=run.run_id)
    by_hand = load_hand_thresholds(folder, run)
    kept = {name: value for name, value in by_hand.items() if behaviours and name not in behaviours}
    save_hand_thresholds(folder, run, kept)
    _show(folder, run, output)


def _open(root: Path, run_id: str | None) -> tuple[Path, RunRecord]:
    """The folder of a run, and its card."""
    from deg_core.project.layout import Layout
    from deg_core.project.manifest_file import load_manifest
    from deg_core.project.runs import load_run_record, newest_run

    layout = Layout(root.resolve())
    load_manifest(layout.manifest)  # so that a folder without a project is refused
    run = newest_run(layout, "sequence") if run_id is None else load_run_record(layout.run(run_id))
    return layout.run(run.run_id), run


def _show(folder: Path, run: RunRecord, output: Output) -> None:
    from deg_core.project.hand_thresholds import HAND_THRESHOLDS, load_hand_thresholds

    by_hand = load_hand_thresholds(folder, run)
    chosen = dict(zip(run.behaviours, run.thresholds, strict=False))  # none where behaviours exclude each other
    if output.as_json:
        values = {n: {"chosen": t, "by_hand": by_hand.get(n), "in_use": by_hand.get(n, t)} for n, t in chosen.items()}
        output.answer({"run": run.run_id, "thresholds": values})
        return
    if not chosen:
        output.show(f"{run.run_id}: behaviours exclude each other, so the likeliest is present")
        return
    rows = [(name, f"{value:.4g}", f"{by_hand[name]:.4g}" if name in by_hand else "") for name, value in chosen.items()]
    output.table((run.run_id, "chosen", "by hand"), rows, right=("chosen", "by hand"))
    if by_hand:
        output.show(f"those by hand win: {folder / HAND_THRESHOLDS}")
