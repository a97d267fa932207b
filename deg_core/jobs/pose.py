"""Brings pose into a project, and lets feature extractors see it.

Axes: T frames, Q numbers told of pose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.catalog import Catalog
from deg_core.data.pose import Pose
from deg_core.data.record import Record
from deg_core.data.timeline import Timeline
from deg_core.descriptors import PoseFormatPlugin
from deg_core.errors import DegError, PluginFailedError, PoseError
from deg_core.interfaces import SeesPose
from deg_core.jobs.add import recording_timeline
from deg_core.jobs.formats import FormatChoice, read_in_format
from deg_core.jobs.workspace import Workspace
from deg_core.project.pose_file import load_pose, save_pose
from deg_core.project.resolve import Chosen


def import_pose(
    workspace: Workspace, record: Record, path: Path, choice: FormatChoice, timeline: Timeline | None = None
) -> Pose:
    """Read the pose file of a recording, and keep what is in it. See `read_pose`."""
    pose = read_pose(workspace, record.video_path, path, choice, timeline)
    save_pose(workspace.layout.pose(record.name), pose)
    return pose


def read_pose(
    workspace: Workspace, video_path: Path, path: Path, choice: FormatChoice, timeline: Timeline | None = None
) -> Pose:
    """Read a pose file, and check it against its video.

    Args:
        workspace: The project.
        video_path: The video.
        path: The pose file.
        choice: Its format.
        timeline: When the frames of the video were taken, where that is known already.

    Raises:
        PoseError: No format, or several, can read it, or its length is another than the video's.
    """
    known = timeline or recording_timeline(workspace, video_path, video_path.stem)
    pose = pose_in_format(path, known, choice, workspace.catalog)
    size = _picture_size(workspace, video_path)
    return replace(pose, frames_per_second=known.frames_per_second, picture_size=size)


def pose_in_format(path: Path, timeline: Timeline, choice: FormatChoice, catalog: Catalog) -> Pose:
    """Read a pose file, and check its length against the video's.

    Raises:
        PoseError: No format, or several, can read it, or its length is another than the video's.
    """

    def read(chosen: Chosen[PoseFormatPlugin[Any]]) -> Pose:
        return _read(chosen, path, timeline)

    pose = read_in_format(path, choice, PoseFormatPlugin, catalog, read, PoseError)
    check_length(pose, timeline.n_frames, where=str(path))
    return pose


def _read(chosen: Chosen[PoseFormatPlugin[Any]], path: Path, timeline: Timeline) -> Pose:
    try:
        return chosen.plugin.read(path, chosen.settings, timeline)
    except DegError:
        raise
    except Exception as error:
        raise PluginFailedError(
            f"pose format {chosen.plugin.name!r} from {chosen.offer.source} failed: {error!r}",
            where=str(path),
            fix="is it a file of this format? if so, tell its authors",
        ) from error


def check_length(pose: Pose, n_frames: int, *, where: str) -> None:
    """Refuse a pose of other than a video's frames.

    Raises:
        PoseError: Names both numbers.
    """
    if pose.n_frames != n_frames:
        raise PoseError(
            f"pose of {pose.n_frames} frames, but the video has {n_frames}",
            where=where,
            fix="is it the right file? else track this video again, and import the pose: deg import-pose",
        )


def _picture_size(workspace: Workspace, video_path: Path) -> tuple[int, int]:
    video = workspace.open_video(video_path)
    try:
        height, width = video.read(0, 1).shape[1:3]
    finally:
        video.close()
    return height, width


def pose_path(record: Record) -> Path:
    """Where a recording's pose is.

    Raises:
        PoseError: It has none.
    """
    if record.pose_path is not None:
        return record.pose_path
    raise without_pose(f"recording {record.name!r}", f"deg import-pose {record.name} FILE")


def without_pose(where: str, brings: str) -> PoseError:
    """What is said of a video whose pose is missing, and how to bring it."""
    return PoseError(
        "the feature extractor looks at pose, and this video has none",
        where=where,
        fix=f"track its keypoints, then: {brings}",
    )


def see_pose(extractor: SeesPose, pose: Pose, *, where: str) -> NDArray[np.float32]:
    """What a feature extractor sees of a recording's pose; shape (T, Q), float32.

    Raises:
        PoseError: A keypoint that it wants is missing, or never seen.
        PluginFailedError: It gave numbers that are not finite, or too few.
    """
    try:
        seen = extractor.see_pose(pose.select(extractor.keypoints, extractor.n_individuals))
    except PoseError as error:
        raise PoseError(error.problem, where=where, fix=error.fix) from error
    if seen.ndim != 2 or len(seen) != pose.n_frames or seen.dtype != np.float32 or not np.isfinite(seen).all():
        raise PluginFailedError(
            f"the feature extractor made {seen.dtype} {seen.shape} of a pose of {pose.n_frames} frames, or not finite",
            where=where,
            fix="tell its authors",
        )
    return seen


def see_poses(workspace: Workspace, extractor: SeesPose, names: Iterable[str]) -> dict[str, NDArray[np.float32]]:
    """What a feature extractor sees of some recordings' pose, by name; shapes (T, Q)."""
    records = workspace.records(list(names))
    return {r.name: see_pose(extractor, load_pose(pose_path(r)), where=f"recording {r.name!r}") for r in records}
