"""`deg convert`: a label file of one program into that of another, without a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core import pairs_option, settings_option
from deg_core.api import LabelError

if TYPE_CHECKING:
    from deg_core.api import Labels, Timeline


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "--format",  # as other commands call it, and what refusals say
    "source_format",
    metavar="NAME",
    default="auto",
    help="Format of IN; `deg plugins list` shows them.  [default: the one that can read it]",
)
@click.option("--to", "target_format", metavar="NAME", required=True, help="Format of OUT.")
@click.option(
    "--video", metavar="FILE", type=click.Path(path_type=Path), help="The video, whose frames and times are known."
)
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="In place of a video: frames per second.")
@click.option("--frames", type=click.IntRange(1), help="In place of a video: how many frames it has.")
@click.option("--name", metavar="STEM", help="In place of a video: its name, by which parts of IN are chosen.")
@settings_option("--set", "settings", about="A setting of the format of IN, such as subject=m1.")
@settings_option("--set-out", "out_settings", about="A setting of the format of OUT.")
@pairs_option(
    "--map",
    "columns",
    metavar="WHAT=COLUMN",
    about="Of a table of bouts: which column is start, stop, behaviour, subject, annotator or recording.",
)
def convert(
    *,
    source: Path,
    target: Path,
    source_format: str,
    target_format: str,
    video: Path | None,
    rate: float | None,
    frames: int | None,
    name: str | None,
    settings: dict[str, Any],
    out_settings: dict[str, Any],
    columns: dict[str, str],
) -> None:
    """Convert the label file IN into OUT, in the format of another program.

    Most formats need to know the video's frames: give --video, or --rate and --frames. What is ambiguous in IN, such as
    several animals, is asked for; what OUT cannot hold is said.
    """
    from deg_core import read_labels, write_labels

    if columns:
        source_format, settings = (
            "bouts-csv" if source_format == "auto" else source_format,
            {**settings, "map": columns},
        )
    timeline = _timeline(video, rate, frames, name or source.stem)
    labels = read_labels(source, timeline, source_format, settings)
    notes = write_labels(
        target, labels, timeline or _told(labels, rate, name or source.stem), target_format, out_settings
    )
    n_bouts = sum(len(runs) for runs in _runs(labels))
    click.echo(f"{target}: {labels.n_frames} frames, {len(labels.behaviours)} behaviours, {n_bouts} bouts")
    for note in notes:
        click.echo(f"warning: {target.name}: {note}", err=True)


def _runs(labels: Labels) -> list[Any]:
    from deg_core.api import find_runs

    return [find_runs(column == 1) for column in labels.marks.T]


def _timeline(video: Path | None, rate: float | None, frames: int | None, name: str) -> Timeline | None:
    """What is known of the video's frames; None where too little is, for formats that tell themselves."""
    from deg_core.api import Timeline

    if video is not None:
        if rate or frames:
            raise click.UsageError("the video tells its rate and frames: leave out --rate and --frames")
        return _timeline_of(video)
    if rate is None or frames is None:
        return None
    return Timeline.regular(name, frames, rate)


def _timeline_of(video: Path) -> Timeline:
    from deg_core import open_video
    from deg_core.api import TimedVideoReader, Timeline

    reader = open_video(video)
    try:
        if isinstance(reader, TimedVideoReader):
            return Timeline(video.stem, reader.times_s, reader.frames_per_second)
        return Timeline.regular(video.stem, reader.n_frames, reader.frames_per_second)
    finally:
        reader.close()


def _told(labels: Labels, rate: float | None, name: str) -> Timeline:
    """Frames at the rate that was given, or that the file tells; it is never assumed."""
    from deg_core.api import Timeline

    known = rate or labels.frames_per_second
    if known is None:
        fix = "give the video, with --video FILE, or its rate, with --rate HZ"
        raise LabelError("the file does not tell the frame rate", where="--rate", fix=fix)
    return Timeline.regular(name, labels.n_frames, known)
