"""`deg animals`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from deg_core import Project

    from deg_animals.making import Made
    from deg_animals.recordings import Added

_file = click.Path(path_type=Path, exists=True)
_path = click.Path(path_type=Path)
project_option = click.option(
    "--project",
    "-p",
    "root",
    metavar="DIR",
    type=_path,
    help="The project's folder.  [default: this folder, or the nearest above it that holds project.yaml]",
)
reader_option = click.option(
    "--reader", metavar="NAME", default="auto", help="Reader of the video.  [default: the one for this kind of file]"
)
reader_settings_option = click.option(
    "--reader-set", "reader_settings", metavar="KEY=VALUE", multiple=True, help="A setting of the reader."
)


@click.group()
def animals() -> None:
    """Make a recording of each animal in a video, and join what was predicted of them.

    \b
    deg animals track cage.mp4 -n 2                                  # or with another program
    deg animals crop cage.tracks.csv cage.mp4 --side 128 --add
    deg train
    deg predict
    deg animals export
    """  # noqa: D301  # click's mark for lines that stay as they are


@animals.command()
@click.argument("video", type=_file)
@click.option("--animals", "-n", "n_animals", type=click.IntRange(min=1), required=True, help="How many there are.")
@click.option("--output", "-o", metavar="FILE", type=_path, help="[default: VIDEO.tracks.csv]")
@click.option(
    "--threshold",
    type=click.IntRange(1, 255),
    default=25,
    show_default=True,
    help="Least difference from the background of what is an animal, of 255.",
)
@click.option(
    "--least-area", type=click.IntRange(min=1), default=30, show_default=True, help="Pixels of an animal, at least."
)
@reader_option
@reader_settings_option
def track(
    *,
    video: Path,
    n_animals: int,
    output: Path | None,
    threshold: int,
    least_area: int,
    reader: str,
    reader_settings: tuple[str, ...],
) -> None:
    """Track animals that do not touch, by subtracting the background. Identities are lost where they do touch."""
    from deg_core import RichProgress, open_video

    from deg_animals.background import BlobSettings, track_blobs
    from deg_animals.tracks import write_tracks

    source = open_video(video, reader, _values(reader_settings))
    with RichProgress().task(video.name, source.n_frames) as task:
        tracks = track_blobs(source, BlobSettings(n_animals, threshold, least_area), task.advance)
    source.close()
    path = output or video.with_suffix(".tracks.csv")
    write_tracks(path, tracks)
    for name, share in zip(tracks.individuals, _shares_seen(tracks.positions_TM2), strict=True):
        click.echo(f"{name}: seen in {share:.1%} of {tracks.n_frames} frames")
    click.echo(f"tracks: {path}")


def _shares_seen(positions_TM2: Any) -> list[float]:
    import numpy as np

    return [float(share) for share in 1 - np.isnan(positions_TM2[..., 0]).mean(axis=0)]


@animals.command()
@click.argument("tracks", type=_file)
@click.argument("video", type=_file)
@click.option("--side", type=click.IntRange(min=1), required=True, help="Side of the square around an animal, pixels.")
@click.option("--individual", "individuals", metavar="NAME", multiple=True, help="Only this one; may be repeated.")
@click.option("--pairs", is_flag=True, help="Each ordered pair of animals in place of each animal.")
@click.option(
    "--pair-side",
    type=click.IntRange(min=1),
    help="Side of the square around a pair, pixels.  [default: holds both in every frame]",
)
@click.option(
    "--rotate",
    type=click.Choice(["none", "right", "up"]),
    default="none",
    show_default=True,
    help="Where the head is turned to; for a pair, the partner.",
)
@click.option(
    "--smooth",
    "smooth_frames",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="FRAMES",
    help="Smoothing of positions and headings in time, standard deviation.",
)
@click.option(
    "--least-speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    metavar="PIXELS",
    help="Movement per frame that tells the heading, where tracks do not.",
)
@click.option("--pose-format", metavar="NAME", default="auto", help="Format of TRACKS, where they are pose.")
@click.option("--centre", metavar="KEYPOINT", multiple=True, help="Pose: mean of these is the place.  [default: all]")
@click.option("--heading", metavar="TAIL HEAD", type=(str, str), help="Pose: the head is where from one to the other.")
@click.option(
    "--least-confidence",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Pose: keypoints that are believed.",
)
@click.option(
    "--hold",
    "hold_frames",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="FRAMES",
    help="Frames at the end that a table of tracks may leave out.",
)
@click.option("--output", "-o", metavar="DIR", type=_path, help="[default: VIDEO_animals, beside the video]")
@click.option("--add", "adds", is_flag=True, help="Add them to the project, in groups `video` and `individual`.")
@click.option(
    "--labels",
    metavar="PATTERN",
    help="With --add: label files, `{video}` and `{individual}` filled in, relative to the video. "
    "Without `{individual}`: one file, with a setting `subject` (boris-tsv, bouts-csv).",
)
@click.option("--format", "label_format", metavar="NAME", default="auto", help="Their format.")
@reader_option
@reader_settings_option
@project_option
def crop(
    *,
    tracks: Path,
    video: Path,
    individuals: tuple[str, ...],
    pairs: bool,
    hold_frames: int,
    output: Path | None,
    adds: bool,
    labels: str | None,
    label_format: str,
    root: Path | None,
    **wishes: Any,
) -> None:
    """Make a recording of each animal: a file `VIDEO.INDIVIDUAL.animal` that deg opens as a video.

    TRACKS is a table `frame,individual,x,y[,heading]`, or a file of any pose format that is installed.
    """
    from deg_animals.making import make_animals
    from deg_animals.recordings import add_animals

    if labels is not None and not adds:
        raise click.UsageError("labels go into a project: add --add")
    project = _project(root) if adds else None
    found, recipe = _read(tracks, video, hold_frames, **wishes)
    folder = output or video.parent / f"{video.stem}_animals"
    made = make_animals(found, video, folder, recipe, individuals, pairs=pairs)
    added = [] if project is None else add_animals(project, video, made, labels, label_format)
    for line in _lines(made, added):
        click.echo(line)


def _read(
    tracks: Path,
    video: Path,
    hold_frames: int,
    *,
    pose_format: str,
    centre: tuple[str, ...],
    heading: tuple[str, str] | None,
    least_confidence: float,
    reader_settings: tuple[str, ...],
    **shown: Any,
) -> tuple[Any, Any]:
    """The tracks, and how animals are shown."""
    from deg_core import open_video

    from deg_animals.making import Recipe
    from deg_animals.sources import PoseChoice, tracks_of

    recipe = Recipe(reader_settings=_values(reader_settings), **shown)
    source = open_video(video, recipe.reader, recipe.reader_settings)
    try:
        choice = PoseChoice(pose_format, centre, heading, least_confidence)
        return tracks_of(tracks, source, choice, hold_frames=hold_frames), recipe
    finally:
        source.close()


def _lines(made: list[Made], added: list[Added]) -> list[str]:
    lines = []
    for index, each in enumerate(made):
        notes = [f"not seen in {each.share_filled:.1%} of frames (longest gap {each.longest_gap})"]
        if each.share_apart:
            notes.append(f"partner outside in {each.share_apart:.1%}")
        if added:
            notes.append(added[index].status + (" with labels" if added[index].labelled else ""))
        lines.append(f"{each.path}: {', '.join(notes)}")
    return lines


@animals.command()
@click.argument("videos", metavar="[VIDEO]...", nargs=-1)
@click.option("--output", "-o", metavar="FILE", type=_path, help="[default: exports/animals.csv in the project]")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON on stdout, and write no file.")
@project_option
def export(*, videos: tuple[str, ...], output: Path | None, as_json: bool, root: Path | None) -> None:
    """Join predictions of all animals in one table: video, individual, start, stop, behaviour.

    VIDEO is the name of a source without its suffix; by default all. `start` and `stop` are frames, the last not
    included.
    """
    from deg_animals.recordings import join_predictions, write_rows

    project = _project(root)
    rows = join_predictions(project, videos)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=1))
        return
    path = output or project.workspace.layout.exports / "animals.csv"
    write_rows(path, rows)
    click.echo(f"{len(rows)} bouts of {len({(row.video, row.individual) for row in rows})} recordings: {path}")


def _project(root: Path | None) -> Project:
    import deg_core

    return deg_core.Project.find(Path.cwd()) if root is None else deg_core.Project(root)


def _values(pairs: tuple[str, ...]) -> dict[str, Any]:
    from deg_core.api import parse_yaml
    from ruamel.yaml.error import YAMLError

    values = {}
    for text in pairs:
        key, sign, value = text.partition("=")
        if not key or not sign:
            raise click.UsageError(f"{text!r} is not KEY=VALUE")
        try:
            values[key.strip()] = parse_yaml(value)
        except YAMLError as error:
            raise click.UsageError(f"{text!r}: {str(error).splitlines()[0]}") from None
    return values
