"""`deg share` and `deg model`."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click

from deg_core.cli.options import json_option, output_option, project_option, quiet_option
from deg_core.cli.output import Output


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@output_option("path", metavar="FILE", about="The new file.  [default: NAME.deg in the project's folder]")
@click.option("--by", "made_by", metavar="TEXT", default="", help="Who shares it.")
@click.option("--note", metavar="TEXT", default="", help="What others should know: animals, rig, paper.")
@click.option("--with-names", is_flag=True, help="Let it tell the names of the recordings it was trained on.")
@project_option
@json_option
@quiet_option
def share(
    *,
    run_id: str | None,
    path: Path | None,
    made_by: str,
    note: str,
    with_names: bool,
    root: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Pack a trained pipeline into one file, with which others predict without this project.

    RUN is a sequence run, by default the newest. With it go the runs it was built on, thresholds, scores, and of
    project.yaml what prediction needs. Videos, labels and paths never do.
    """
    output = Output(as_json=as_json, quiet=quiet)
    from deg_core.jobs.models import load_pipeline
    from deg_core.jobs.share import Notice, share
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    pipeline = load_pipeline(workspace, run_id)
    path = path or workspace.layout.root / f"{workspace.layout.root.name}.deg"
    notice = Notice(made_by, note, with_names)
    card = share(workspace, pipeline, path, notice, now=datetime.now(timezone.utc))
    if as_json:
        output.answer({"path": str(path), **card.model_dump(mode="json")})
        return
    output.show(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    names = "names of recordings, " if with_names else ""
    output.say(f"in it: {names}{', '.join(sorted(card.digests))}, model.json; all that it says: deg model {path}")
    output.say(f"not in it: videos, labels, paths{'' if with_names else ', names of recordings'}")


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@json_option
def model(*, path: Path, as_json: bool) -> None:
    """Show what a FILE of `deg share` is, how good, and what it needs."""
    output = Output(as_json=as_json)
    from deg_core.project.model_file import read_model_card

    card = read_model_card(path)
    if as_json:
        output.answer(card.model_dump(mode="json"))
    else:
        output.show(card.text().rstrip())
