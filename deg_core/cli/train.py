"""`deg train`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from deg_core.cli.options import project_option, quiet_option
from deg_core.cli.output import Output
from deg_core.cli.runs import show_runs
from deg_core.cli.split import divide

if TYPE_CHECKING:
    from deg_core.jobs.workspace import Workspace
    from deg_core.project.manifest import Stage


@click.command()
@click.argument("stage", type=click.Choice(["flow", "features", "sequence", "all"]), default="all")
@click.option("--fold", type=click.IntRange(min=0), metavar="N", help="Which fold of the split; counts from 0.")
@click.option(
    "--teacher",
    metavar="RUN",
    help="Learn from what a trained pipeline says, too, also of recordings nobody scored: a sequence run, another "
    "project's folder, or a file of `deg share`.",
)
@click.option(
    "--teacher-weight",
    type=click.FloatRange(0, 1),
    metavar="W",
    help="What it counts for where there is a label.  [default: 0.5]",
)
@click.option("--fresh", is_flag=True, help="Train anew what is trained already with these settings.")
@project_option
@quiet_option
def train(
    *,
    stage: Stage | Literal["all"],
    fold: int | None,
    teacher: str | None,
    teacher_weight: float | None,
    fresh: bool,
    root: Path,
    quiet: bool,
) -> None:
    """Train one stage, or all three in order.

    Divides the data first where that was not done. Stages that are trained already, with the same settings on the
    same data, are kept; one that was interrupted goes on where it stopped.
    """
    output = Output(quiet=quiet)
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    if fold is not None:
        workspace = _for_fold(workspace, fold)
    if teacher is not None or teacher_weight is not None:
        workspace = _with_teacher(workspace, teacher, teacher_weight)
    if not workspace.layout.split.is_file():
        output.say("the data are not split yet; splitting them as project.yaml says")
        divide(workspace, workspace.manifest.split, output)
    workspace.split()  # so that a fold that does not exist is refused before torch is imported
    from deg_core.jobs.train import train_all, train_stage

    now = datetime.now(timezone.utc)
    progress = output.progress()
    if stage == "all":
        records = train_all(workspace, progress, now=now, fresh=fresh, tell=output.say)
    else:
        records = [train_stage(workspace, stage, progress, now=now, fresh=fresh, tell=output.say)]
    output.say("")
    show_runs(records, output)


def _with_teacher(workspace: Workspace, run: str | None, weight: float | None) -> Workspace:
    from deg_core.project.manifest import TeacherSettings

    named = workspace.manifest.teacher
    if run is None and named is None:
        raise click.UsageError("--teacher-weight needs a teacher: add --teacher RUN")
    if run is not None and Path(run).exists():  # as seen from here, not from the manifest
        run = str(Path(run).resolve())
    values = {} if named is None else named.model_dump()
    values |= {name: value for name, value in (("run", run), ("weight", weight)) if value is not None}
    teacher = TeacherSettings.model_validate(values)
    return replace(workspace, manifest=workspace.manifest.model_copy(update={"teacher": teacher}))


def _for_fold(workspace: Workspace, fold: int) -> Workspace:
    split = workspace.manifest.split.model_copy(update={"fold": fold})
    return replace(workspace, manifest=workspace.manifest.model_copy(update={"split": split}))
