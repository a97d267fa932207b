"""`deg video`: a copy of a video with its ethogram running along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core import project_option
from deg_plugins_figures.options import output_option, start_option, stop_option

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.progress import Progress

    from deg_core.api import VideoReader
    from deg_plugins_figures.annotation import Annotator
    from deg_plugins_figures.tracks import Tracks

_FASTEST_HZ = 60.0
"""Screens show no more; a copy that is played faster leaves frames out instead."""


@click.command()
@click.argument("recording")
@start_option
@stop_option
@click.option("--scale", type=click.FloatRange(0.1, 16), help="Enlarge the picture.  [default: small ones to 480 px]")
@click.option(
    "--speed", type=click.FloatRange(0.01, 100), default=1.0, show_default=True, help="Play this much faster."
)
@output_option
@project_option
def video(
    recording: str,
    start: str | None,
    stop: str | None,
    scale: float | None,
    speed: float,
    output: Path | None,
    root: Path,
) -> None:
    """Write a copy of RECORDING with what happens in each frame, and the ethogram running along below.

    RECORDING may also be the path of another video that was predicted.
    """
    from deg_core import Project
    from deg_plugins_figures.from_project import recording_tracks
    from deg_plugins_figures.moments import find_span

    project = Project(root)
    tracks = recording_tracks(project, recording, lambda _: None)
    span = find_span(start, stop, tracks.n_frames, tracks.frames_per_second, where=recording)
    path = _place(project.workspace.layout.figures, tracks.recording, output)
    reader = project.open_video(recording)
    try:
        write_annotated(reader, tracks, path, span, scale=scale, speed=speed)
    finally:
        reader.close()
    click.echo(str(path))


def _place(figures: Path, recording: str, output: Path | None) -> Path:
    """Where the copy goes.

    Raises:
        click.UsageError: It cannot be of that kind.
    """
    if output is None or output.is_dir() or not output.suffix:
        return (output or figures) / f"{recording}_annotated.mp4"
    if output.suffix.lower() != ".mp4":
        raise click.UsageError(f"--output {output}: annotated videos are written as .mp4")
    return output


def write_annotated(
    reader: VideoReader,
    tracks: Tracks,
    path: Path,
    span: tuple[int, int],
    *,
    scale: float | None = None,
    speed: float = 1.0,
) -> None:
    """Write an annotated copy of frames of a video, each read once; memory does not grow with the video.

    Args:
        reader: The open video.
        tracks: The whole recording.
        path: An mp4 file, replaced when all is written.
        span: Frames from the first up to, not including, the second.
        scale: By how much the picture is enlarged; None: small ones by a whole number.
        speed: 2 plays twice as fast.

    Raises:
        ProjectError: The prediction is about a video of another length, or the file cannot be written.
        VideoError: The video cannot be read.
    """
    from deg_core.api import ProjectError
    from deg_plugins_figures.annotation import Annotator, read_blocks
    from deg_plugins_figures.mp4 import write_mp4

    if reader.n_frames != tracks.n_frames:
        raise ProjectError(
            f"{reader.n_frames} frames in the video, {tracks.n_frames} predicted",
            where=path.stem,
            fix="predict it again: deg predict",
        )
    blocks = read_blocks(reader, *span)
    first = next(blocks)
    height, width = first[1].shape[1:3]
    annotator = Annotator((height, width), tracks, scale=scale)
    rate = reader.frames_per_second * speed
    step = max(1, int(rate / max(_FASTEST_HZ, reader.frames_per_second))) if speed > 1 else 1
    shown = _annotated(annotator, chain([first], blocks), span, step)
    size = annotator.page.height, annotator.page.width
    begin_s = _time_of(reader, span[0])
    timed = (((_time_of(reader, number) - begin_s) / speed, picture) for number, picture in shown)
    write_mp4(path, timed, size, rate / step)


def _annotated(
    annotator: Annotator, blocks: Iterable[tuple[int, NDArray[np.uint8]]], span: tuple[int, int], step: int
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Annotate every `step`-th frame and show how far it is."""
    with _progress() as progress:
        task = progress.add_task("annotating", total=span[1] - span[0])
        for first, frames in blocks:
            numbers = range(first + (span[0] - first) % step, first + len(frames), step)
            if numbers:
                yield from zip(numbers, annotator.annotate(frames[numbers[0] - first :: step], numbers), strict=True)
            progress.advance(task, len(frames))


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), redirect_stdout=False)


def _time_of(reader: VideoReader, frame: int) -> float:
    """When a frame was taken, seconds: as the reader knows, else evenly spaced."""
    from deg_core.api import TimedVideoReader

    return float(reader.times_s[frame]) if isinstance(reader, TimedVideoReader) else frame / reader.frames_per_second
