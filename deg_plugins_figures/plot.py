"""`deg plot`: figures for papers, from what is in a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_plugins_figures.options import (
    FigureChoice,
    figure_options,
    place_figure,
    start_option,
    stop_option,
)

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from deg_core import Project
    from deg_plugins_figures.examples import Kind
    from deg_plugins_figures.from_project import Part
    from deg_plugins_figures.tables import Table

_part_option = click.option(
    "--part",
    type=click.Choice(("test", "validation", "train")),
    default="test",
    show_default=True,
    help="Frames of which part of the split.",
)
_number_option = click.option(
    "--n", "n_shown", type=click.IntRange(1, 60), default=16, show_default=True, help="How many moments."
)
_run_option = click.option("--run", "run_id", metavar="ID", help="A sequence run.  [default: the newest]")


@click.group()
def plot() -> None:
    """Draw figures, as PNG, SVG or PDF."""


@plot.command()
@click.argument("recordings", metavar="[RECORDING]...", nargs=-1)
@start_option
@stop_option
@figure_options
def ethogram(recordings: tuple[str, ...], start: str | None, stop: str | None, choice: FigureChoice) -> None:
    """Draw human labels over predictions over probabilities, a figure for each RECORDING; without one, for all.

    A RECORDING may also be the path of another video that was predicted.
    """
    from deg_plugins_figures.ethogram_figure import draw_ethogram
    from deg_plugins_figures.from_project import recording_tracks
    from deg_plugins_figures.moments import find_span
    from deg_plugins_figures.tables import ethogram_table

    project = choice.project()
    names = recordings or tuple(record.name for record in project.recordings())
    for name in names:
        tracks = recording_tracks(project, name, _warn)
        span = find_span(start, stop, tracks.n_frames, tracks.frames_per_second, where=name)
        cut = "" if span == (0, tracks.n_frames) else f"_{span[0]}-{span[1]}"
        path = place_figure(project, f"{tracks.recording}_ethogram{cut}", choice, len(names))
        tracks = tracks.cut(*span)
        _write(draw_ethogram(tracks), path, ethogram_table(tracks) if choice.with_csv else None)


@plot.command()
@_part_option
@_run_option
@figure_options
def confusion(part: Part, run_id: str | None, choice: FigureChoice) -> None:
    """Draw what was found, missed and mistaken for what."""
    from deg_plugins_figures.confusion_figure import draw_confusion
    from deg_plugins_figures.from_project import scored_frames
    from deg_plugins_figures.tables import confusion_table

    project = choice.project()
    frames = scored_frames(project, part, run_id)
    path = place_figure(project, f"confusion_{part}", choice)
    _write(draw_confusion(frames), path, confusion_table(frames) if choice.with_csv else None)


@plot.command("pr-curves")
@_part_option
@_run_option
@figure_options
def pr_curves(part: Part, run_id: str | None, choice: FigureChoice) -> None:
    """Draw precision against recall, with base rates and thresholds."""
    from deg_plugins_figures.from_project import scored_frames
    from deg_plugins_figures.precision_recall_figure import draw_precision_recall
    from deg_plugins_figures.scored import precision_recall
    from deg_plugins_figures.tables import precision_recall_table

    project = choice.project()
    frames = scored_frames(project, part, run_id)
    curves = precision_recall(frames)
    path = place_figure(project, f"pr-curves_{part}", choice)
    _write(
        draw_precision_recall(curves, frames.title), path, precision_recall_table(curves) if choice.with_csv else None
    )


@plot.command()
@_part_option
@_run_option
@figure_options
def reliability(part: Part, run_id: str | None, choice: FigureChoice) -> None:
    """Draw how often probabilities come true (calibration)."""
    from deg_plugins_figures.from_project import scored_frames
    from deg_plugins_figures.reliability import reliability as measure
    from deg_plugins_figures.reliability_figure import draw_reliability
    from deg_plugins_figures.tables import reliability_table

    project = choice.project()
    frames = scored_frames(project, part, run_id)
    curves = measure(frames)
    path = place_figure(project, f"reliability_{part}", choice)
    _write(draw_reliability(curves, frames.title), path, reliability_table(curves) if choice.with_csv else None)


@plot.command()
@_part_option
@_run_option
@_number_option
@figure_options
def mistakes(part: Part, run_id: str | None, n_shown: int, choice: FigureChoice) -> None:
    """List the worst moments, and show them as a sheet of pictures."""
    from deg_plugins_figures.examples import MISTAKES

    _show_examples("mistakes", "worst moments", MISTAKES, part, run_id, n_shown, choice)


@plot.command()
@_part_option
@_run_option
@_number_option
@figure_options
def hits(part: Part, run_id: str | None, n_shown: int, choice: FigureChoice) -> None:
    """List the longest and surest moments that were found, and show them as a sheet of pictures."""
    _show_examples("hits", "surest hits", ("hit",), part, run_id, n_shown, choice)


def _show_examples(
    stem: str, what: str, kinds: Sequence[Kind], part: Part, run_id: str | None, n_shown: int, choice: FigureChoice
) -> None:
    from deg_plugins_figures.examples import find_examples
    from deg_plugins_figures.examples_figure import draw_examples
    from deg_plugins_figures.from_project import scored_tracks
    from deg_plugins_figures.tables import examples_table

    project = choice.project()
    found = find_examples(scored_tracks(project, part, run_id), n_shown, kinds)
    for each in found:
        click.echo(f"{each.recording}, frames {each.start}-{each.stop}: {each.behaviour}, {each.kind}")
    pictures = [_picture(project, each.recording, each.surest) for each in found]
    title = f"{project.workspace.name}: {what} of the {part} part, {project.run(run_id).run_id}"
    path = place_figure(project, f"{stem}_{part}", choice)
    _write(draw_examples(found, pictures, title), path, examples_table(found) if choice.with_csv else None)


def _picture(project: Project, recording: str, frame: int) -> NDArray[np.uint8]:
    """One frame of a recording, RGB; shape (H, W, 3)."""
    video = project.open_video(recording)
    try:
        picture: NDArray[np.uint8] = video.read(frame, frame + 1)[0]
    finally:
        video.close()
    return picture


@plot.command()
@click.argument("run_ids", metavar="[RUN]...", nargs=-1)
@figure_options
def training(run_ids: tuple[str, ...], choice: FigureChoice) -> None:
    """Draw losses, score and learning rate by epoch of each RUN; without one, of the newest run of every stage."""
    from deg_plugins_figures.from_project import training_curves
    from deg_plugins_figures.tables import training_table
    from deg_plugins_figures.training_figure import draw_training

    project = choice.project()
    runs = training_curves(project, run_ids)
    stem = f"training_{run_ids[0]}" if len(run_ids) == 1 else "training"
    path = place_figure(project, stem, choice)
    _write(draw_training(runs), path, training_table(runs) if choice.with_csv else None)


def _write(figure: Figure, path: Path, table: Table | None) -> None:
    """Write a figure, its numbers beside it, and say where they are."""
    from deg_core import save_figure, save_table

    save_figure(figure, path)
    click.echo(str(path))
    if table is not None:
        beside = path.with_suffix(".csv")
        save_table(beside, table.header, table.rows)
        click.echo(str(beside))


def _warn(text: str) -> None:
    click.echo(f"warning: {text}", err=True)
