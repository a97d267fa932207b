"""`deg sample`: makes a simulated data set, so that everything can be tried without a video of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from deg_plugins_sample.recordings import SampleRecording

SPECIES = ("mouse", "fly")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--species", type=click.Choice(SPECIES), default="mouse", show_default=True, help="Which animal.")
@click.option(
    "--recordings",
    type=click.IntRange(1, 99),
    default=8,
    show_default=True,
    help="How many videos, each its own animal.",
)
@click.option(
    "--frames", type=click.IntRange(1), default=1800, show_default=True, help="Frames of each, at 30 a second."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same labels.")
@click.option("--size", type=click.IntRange(32, 1024), default=128, show_default=True, help="Height and width, pixels.")
@click.option(
    "--pose/--no-pose",
    default=False,
    show_default=True,
    help="Write where keypoints are, exactly, as DeepLabCut does (CSV).",
)
@click.option(
    "--project/--no-project", default=False, show_default=True, help="Make a project of it in FOLDER/project."
)
def sample(
    folder: Path, species: str, recordings: int, frames: int, seed: int, size: int, *, pose: bool, project: bool
) -> None:
    """Make videos of a simulated animal in FOLDER, with labels.

    A mouse walks, turns, grooms, digs, rears and scratches; a fly walks, extends a wing, grooms head and abdomen and
    flicks its wings. Some of it is rare, some overlaps, and single frames do not tell it apart.
    """
    from deg_plugins_sample.recordings import write_sample

    with _showing_progress(f"{species}, {recordings} recordings") as progress:
        task = progress.add_task("filming", total=recordings * frames)
        written = write_sample(
            folder,
            species,
            recordings,
            frames,
            seed,
            size=size,
            with_pose=pose,
            advance=lambda n: progress.advance(task, n),
        )
    click.echo(f"{recordings} videos of {frames} frames and their labels{' and pose' if pose else ''}: {folder}")
    if project:
        root = _make_project(folder / "project", written)
        click.echo(f'next:\n  cd "{root}"\n  deg train\n  deg evaluate')
        return
    behaviours = ",".join(written[0].behaviours)
    videos = folder.resolve() / "*.mp4"
    with_pose = ' --pose "{stem}_pose.csv"' if pose else ""
    click.echo(
        f"next:\n  deg new {species} --behaviours {behaviours}\n  cd {species}\n"
        f'  deg add "{videos}" --labels "{{stem}}_labels.csv"{with_pose}\n  deg train'
    )


@contextmanager
def _showing_progress(title: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn("frames,"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield progress


def _make_project(root: Path, written: list[SampleRecording]) -> Path:
    from deg_core import Project

    project = Project.create(root, written[0].behaviours)
    for recording in written:
        labels, pose = recording.labels_path, recording.pose_path
        project.add(recording.video_path, labels=labels, pose=pose, label_format="deg-csv")
    return root.resolve()
