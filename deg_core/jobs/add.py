"""Brings videos and labels into a project."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deg_core.data.labels import Labels
from deg_core.data.record import Record
from deg_core.data.timeline import Timeline
from deg_core.errors import LabelError, ProjectError
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.label_files import read_labels
from deg_core.jobs.workspace import Workspace
from deg_core.project.records import add_record, save_labels
from deg_core.project.resolve import timeline_of
from deg_core.project.timeline_file import keep_timeline


def add_recording(
    workspace: Workspace, video: Path, name: str | None, groups: Mapping[str, str], *, copy: bool
) -> Record:
    """Add a video after opening it once.

    Raises:
        VideoError: It cannot be read.
        ProjectError: The name is taken.
    """
    recording_timeline(workspace, video, name or video.stem)
    return add_record(workspace.layout, name or video.stem, video, groups, copy=copy)


def recording_timeline(workspace: Workspace, video: Path, name: str) -> Timeline:
    """When each frame of a video was taken; reads its first and last frame, so that a broken file shows."""
    reader = workspace.open_video(video)
    try:
        reader.read(0, 1)
        reader.read(reader.n_frames - 1, reader.n_frames)
        timeline = timeline_of(reader, name)
        with suppress(ProjectError):  # a project on a disk that is only to be read
            keep_timeline(workspace.layout, video, workspace.manifest.video, timeline)
        return timeline
    finally:
        reader.close()


def import_labels(
    workspace: Workspace, record: Record, path: Path, choice: FormatChoice, timeline: Timeline | None = None
) -> Labels:
    """Read a label file, check it against its video and the project, and keep it.

    Args:
        workspace: The project.
        record: The recording.
        path: The label file.
        choice: Its format.
        timeline: When the frames of the video were taken, where that is known already; else the video is opened.

    Raises:
        LabelError: No format, or several, can read it; its length or behaviours are others than the video's or the
            project's.
    """
    timeline = timeline or recording_timeline(workspace, record.video_path, record.video_path.stem)
    behaviours = workspace.manifest.behaviours
    labels = read_labels(path, timeline, choice.name, choice.settings, behaviours, workspace.catalog)
    if labels.n_frames != timeline.n_frames:
        raise LabelError(
            f"labels for {labels.n_frames} frames, but the video {record.video_path.name} has {timeline.n_frames}",
            where=str(path),
            fix="is it the right file? else score or export it again for this video",
        )
    labels = labels.for_behaviours(behaviours, where=str(path))
    labels = Labels(labels.marks, labels.behaviours, timeline.frames_per_second)
    save_labels(workspace.layout, record.name, labels)
    return labels
