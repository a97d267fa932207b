"""Tracks of a video from a file: the plain table, or any pose format that is installed.

Axes: T frames, M individuals, B keypoints; 2 is x (right) and y (down).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from deg_core import read_pose
from deg_core.api import Pose, PoseError, TimedVideoReader, Timeline, VideoReader
from numpy.typing import NDArray

from deg_animals.errors import TracksError
from deg_animals.tracks import Tracks, is_table, read_tracks


@dataclass(frozen=True, slots=True)
class PoseChoice:
    """How keypoints become a place and a heading.

    Attributes:
        pose_format: A pose format; `auto` for the one that fits.
        centre: Keypoints whose mean is the place; none for all.
        heading: Two keypoints, from the first of which the animal heads to the second; none where not known.
        least_confidence: Confidence, 0..1, below which a keypoint is not believed.
    """

    pose_format: str = "auto"
    centre: tuple[str, ...] = ()
    heading: tuple[str, str] | None = None
    least_confidence: float = 0.5


def tracks_of(path: Path, video: VideoReader, choice: PoseChoice, *, hold_frames: int = 0) -> Tracks:
    """Read tracks of exactly the frames of a video.

    Args:
        path: A table of tracks, or a pose file.
        video: The video, open.
        choice: For pose files.
        hold_frames: Frames at the end of which a table may say nothing.

    Raises:
        TracksError: The table cannot be read, or is of another length than the video.
        PoseError: The pose file cannot be read, or lacks a keypoint.
    """
    if choice.pose_format != "auto" or not is_table(path):
        return from_pose(read_pose(path, timeline_of(video, path.stem), choice.pose_format), choice, where=str(path))
    return _fitted(read_tracks(path), video.n_frames, hold_frames, path)


def timeline_of(video: VideoReader, name: str) -> Timeline:
    """When each frame of an open video was taken."""
    if isinstance(video, TimedVideoReader):
        return Timeline(name, video.times_s, video.frames_per_second)
    return Timeline.regular(name, video.n_frames, video.frames_per_second)


def _fitted(tracks: Tracks, n_frames: int, hold_frames: int, path: Path) -> Tracks:
    n_missing = n_frames - tracks.n_frames
    if 0 <= n_missing <= hold_frames:
        end = ((0, n_missing), (0, 0))
        positions_TM2 = np.pad(tracks.positions_TM2, (*end, (0, 0)), constant_values=np.nan)
        return replace(
            tracks, positions_TM2=positions_TM2, headings_TM=np.pad(tracks.headings_TM, end, constant_values=np.nan)
        )
    fix = "are they of this video?"
    if n_missing > 0:
        fix += " if nobody was seen at the end, say so by rows without x and y, or allow it: --hold FRAMES"
    raise TracksError(f"tracks of {tracks.n_frames} frames, but the video has {n_frames}", where=str(path), fix=fix)


def from_pose(pose: Pose, choice: PoseChoice, *, where: str) -> Tracks:
    """Take the mean of some keypoints for an animal's place, and the direction between two for its heading.

    Raises:
        PoseError: There is no such keypoint.
    """
    points_TMB2 = np.where(
        (pose.confidence_TMB < choice.least_confidence)[..., None], np.nan, pose.positions_TMB2.astype(np.float64)
    )
    chosen = [_column(pose, name, where) for name in choice.centre or pose.keypoints]
    with warnings.catch_warnings():  # a frame in which none is believed has no mean, and that is what it shall have
        warnings.simplefilter("ignore", RuntimeWarning)
        positions_TM2 = np.nanmean(points_TMB2[:, :, chosen], axis=2)
    headings_TM = np.full(positions_TM2.shape[:2], np.nan)
    if choice.heading is not None:
        tail, head = (_column(pose, name, where) for name in choice.heading)
        headings_TM = _direction(points_TMB2[:, :, head] - points_TMB2[:, :, tail])
    return Tracks(pose.individuals, positions_TM2, headings_TM)


def _direction(vectors_TM2: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.degrees(np.arctan2(vectors_TM2[..., 1], vectors_TM2[..., 0])))


def _column(pose: Pose, keypoint: str, where: str) -> int:
    names: Sequence[str] = pose.keypoints
    if keypoint not in names:
        raise PoseError(f"no keypoint named {keypoint!r}", where=where, fix=f"there are: {', '.join(names)}")
    return names.index(keypoint)
