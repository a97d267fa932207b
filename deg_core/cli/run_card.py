"""`deg run-card`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deg_core.cli.options import json_option, project_option
from deg_core.cli.output import Output


@click.command("run-card")
@click.argument("run_id", metavar="[RUN]", required=False)
@project_option
@json_option
def run_card(*, run_id: str | None, root: Path, as_json: bool) -> None:
    """Say what is needed to repeat a run: software, settings, split, seed, data and commands.

    RUN is such as `deg runs` lists.  [default: the newest sequence run]
    """
    from deg_core.jobs.run_card import run_card as card_of
    from deg_core.jobs.workspace import open_workspace

    output = Output(as_json=as_json)
    card = card_of(open_workspace(root), run_id)
    if as_json:
        output.answer(card)
    else:
        _show(card, output)
    for change in card["changed"]:
        output.warn(f"installed now is another version: {change}")


def _show(card: dict[str, Any], output: Output) -> None:
    from deg_core.project.manifest_file import dump_yaml

    for run in card["runs"]:
        used = run["plugin"]
        output.show(f"{run['run']}: {used['name']} of {used['distribution']} {used['version']}, seed {run['seed']}")
        output.show(f"  weights {run['weights_sha256']}")
    output.show("\nsoftware")
    output.table(("distribution", "version"), list(card["software"].items()))
    output.show("\nproject.yaml\n" + dump_yaml(card["project"]))
    output.show("split.yaml holds")
    for part, spans in card["split"].items():
        for span in spans:
            output.show(f"  {part}: {span['record']}, frames {span['start']} to {span['stop']}")
    output.show("\ndata, as they are now")
    rows = [(name, each["video"], each["labels"]) for name, each in card["data"].items()]
    output.table(("recording", "video", "labels (SHA-256)"), rows)
    output.show("\n" + "\n".join(card["commands"]))
