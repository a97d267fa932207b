"""`deg add`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.options import (
    format_settings_option,
    groups_option,
    label_format_option,
    pose_format_option,
    pose_settings_option,
    project_option,
    quiet_option,
)
from deg_core.cli.output import Output
from deg_core.cli.paths import expand, find_by_pattern, is_pattern
from deg_core.errors import DegError, VideoError

if TYPE_CHECKING:
    from deg_core.data.labels import Labels
    from deg_core.data.record import Record
    from deg_core.jobs.formats import FormatChoice
    from deg_core.jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Request:
    """What is wanted of every video."""

    name: str | None
    labels: str | None
    label_choice: FormatChoice
    pose: str | None
    pose_choice: FormatChoice
    groups: Mapping[str, str]
    copy: bool


@click.command()
@click.argument("videos", metavar="VIDEO...", nargs=-1, required=True)
@click.option("--name", metavar="NAME", help="Name of the recording, for one video.  [default: the file's stem]")
@click.option(
    "--labels",
    metavar="FILE|PATTERN",
    help="Label file; for several videos a pattern such as {stem}_labels.csv, looked for beside each of them.",
)
@label_format_option
@format_settings_option
@click.option("--pose", metavar="FILE|PATTERN", help="Pose file, or a pattern such as '{stem}DLC*.csv', as for labels.")
@pose_format_option
@pose_settings_option
@groups_option
@click.option("--copy", is_flag=True, help="Copy the videos into the project; else it remembers where they lie.")
@project_option
@quiet_option
def add(
    *,
    videos: tuple[str, ...],
    name: str | None,
    labels: str | None,
    label_format: str,
    settings: dict[str, Any],
    pose: str | None,
    pose_format: str,
    pose_settings: dict[str, Any],
    groups: dict[str, str],
    copy: bool,
    root: Path,
    quiet: bool,
) -> None:
    """Add videos to the project, their labels where somebody scored them, and their pose where it was tracked.

    VIDEO is a file, a folder of stills, or a pattern such as "videos/*.mp4". One that cannot be read does not stop
    the others; exit status 1 says that there was one. A video that was added before is kept as it is, and its labels
    and pose are read again.
    """
    paths = [Path(path) for path in expand(videos)]
    _check_many(paths, name, {"--labels": labels, "--pose": pose})
    from deg_core.jobs.formats import FormatChoice
    from deg_core.jobs.workspace import open_workspace

    choices = FormatChoice(label_format, settings), FormatChoice(pose_format, pose_settings)
    request = _Request(name, labels, choices[0], pose, choices[1], groups, copy)
    sys.exit(_add_all(open_workspace(root), paths, request, Output(quiet=quiet)))


def _check_many(paths: Sequence[Path], name: str | None, files: Mapping[str, str | None]) -> None:
    if len(paths) == 1:
        return
    if name is not None:
        raise click.UsageError("--name is for one video; several are named after their files")
    for option, file in files.items():
        if file is not None and not is_pattern(file):
            raise click.UsageError(f"for several videos {option} takes a pattern, such as {{stem}}_labels.csv")


def _add_all(workspace: Workspace, paths: Sequence[Path], request: _Request, output: Output) -> int:
    failures = []
    for path in paths:
        try:
            _add_one(workspace, path, request, output)
        except DegError as error:
            output.refuse(error)
            failures.append(path)
    if failures and len(paths) > 1:
        output.warn(f"{len(failures)} of {len(paths)} videos failed: {', '.join(map(str, failures))}")
    return 1 if failures else 0


def _add_one(workspace: Workspace, path: Path, request: _Request, output: Output) -> None:
    from deg_core.jobs.add import import_labels, recording_timeline
    from deg_core.jobs.pose import import_pose
    from deg_core.project.records import add_record

    name = request.name or path.stem
    if not path.exists():
        raise VideoError("there is no such file", where=str(path), fix="mend the path")
    timeline = recording_timeline(workspace, path, path.stem)
    record, verb = _known(workspace, name, path, request.groups), "kept"
    if record is None:
        record, verb = add_record(workspace.layout, name, path, request.groups, copy=request.copy), "added"
    doing = "labels"
    try:
        if (labels_path := _file_of(path, name, request.labels, "label", output)) is not None:
            import_labels(workspace, record, labels_path, request.label_choice, timeline)
        doing = "pose"
        if (pose_path := _file_of(path, name, request.pose, doing, output)) is not None:
            import_pose(workspace, record, pose_path, request.pose_choice, timeline)
    except DegError:
        output.say(f"{verb} {name}, without {'this' if doing == 'pose' else 'these'} {doing}")
        raise
    record = workspace.records([name])[0]
    pose = ", with pose" if record.pose_path is not None else ""
    facts = describe(timeline.n_frames, timeline.frames_per_second, workspace.labels(record))
    output.say(f"{verb} {name}: {facts}{pose}")


def _known(workspace: Workspace, name: str, path: Path, groups: Mapping[str, str]) -> Record | None:
    """The recording, if it is in the project already: the same name, video and groups."""
    for record in workspace.records():
        if record.name == name and record.video_path == path.resolve() and groups.items() <= record.groups.items():
            return record
    return None


def _file_of(video: Path, name: str, wanted: str | None, what: str, output: Output) -> Path | None:
    """The label or pose file of a video; None where none is wanted, or a pattern finds none, which is told."""
    if wanted is None:
        return None
    if not is_pattern(wanted):
        return Path(wanted).expanduser()
    path = find_by_pattern(video.parent, wanted, video.stem, name)
    if path.is_file():
        return path
    output.warn(f"{name}: no {what} file {path}")
    return None


def describe(n_frames: int, frames_per_second: float, labels: Labels | None) -> str:
    """Frames, rate (Hz) and labelled frames of a recording."""
    text = f"{n_frames} frames, {frames_per_second:.5g} per second"
    if labels is None:
        return f"{text}, not labelled"
    counts = (labels.marks >= 0).sum(axis=0)
    missing = [name for name, count in zip(labels.behaviours, counts, strict=True) if count == 0]
    text += f", {int((labels.marks >= 0).any(axis=1).sum())} labelled"
    return f"{text} (but no labels of {', '.join(missing)})" if missing else text
