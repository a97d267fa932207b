"""Whatever the library sleap-io reads: SLEAP's own projects and csv, and others.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from deg_core.api import Pose, PoseError, Timeline, open_hdf5

from deg_keypoints.settings import AnimalsSettings
from deg_keypoints.tables import fit_pose, refuse

_ANIMAL = "animal"
_MOST_ANIMALS = 50
"""Tracks beyond which the pieces of a tracker that lost its animals are meant, and not animals."""


def read(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`. Frames that the file does not speak of are missing; a person counts before a network."""
    labels = _load(path)
    video = _only(path, labels.videos, "videos")
    keypoints = tuple(node.name for node in _only(path, labels.skeletons, "skeletons").nodes)
    frames = [frame for frame in labels.labeled_frames if frame.video is video]
    last = max((frame.frame_idx for frame in frames), default=-1)
    if last < 0 or last >= timeline.n_frames:
        raise refuse(
            path,
            f"pose up to frame {last}, the recording has {timeline.n_frames}" if last >= 0 else "holds no pose",
            "check that the file belongs to this recording and that neither was cut",
        )
    names = _names(path, frames, settings.individuals)
    shape = (timeline.n_frames, len(names), len(keypoints))
    positions_TMB2, confidence_TMB = np.full((*shape, 2), np.nan), np.full(shape, np.nan)
    for frame in frames:
        for instance in sorted(frame.instances, key=_is_by_a_person):
            name = _ANIMAL if instance.track is None else instance.track.name
            if name in names:
                place = frame.frame_idx, names.index(name)
                positions_TMB2[place] = instance.numpy()
                confidence_TMB[place] = instance.points["score"] if "score" in instance.points.dtype.names else np.nan
    return fit_pose(path, keypoints, names, positions_TMB2, confidence_TMB, timeline)


def _load(path: Path) -> Any:
    try:
        import sleap_io
    except ImportError:
        raise refuse(path, "the library sleap-io is not installed", "pip install 'deg-keypoints[sleap]'") from None
    if not path.is_file():
        raise refuse(path, "there is no such file", "mend the path")
    try:
        if h5py.is_hdf5(path):
            open_hdf5(path).close()  # which refuses what the library of HDF5 never returns from
        labels = sleap_io.load_file(str(path), **({"open_videos": False} if path.suffix == ".slp" else {}))
    except Exception as error:  # whatever it meets in a file that is none of its own
        raise refuse(path, f"sleap-io cannot read it: {error!r}"[:300]) from None
    if not isinstance(labels, sleap_io.Labels):
        raise refuse(path, "holds no pose")
    return labels


def _only(path: Path, found: list[Any], what: str) -> Any:
    if len(found) != 1:
        raise refuse(path, f"holds {len(found)} {what}", "export the pose of this recording alone")
    return found[0]


def _names(path: Path, frames: list[Any], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Tracks in the order in which they turn up, or those that are wanted.

    Raises:
        PoseError: It cannot be told who is who, or there is no such track.
    """
    instances = [instance for frame in frames for instance in frame.instances]
    found = tuple(dict.fromkeys(_ANIMAL if each.track is None else each.track.name for each in instances))
    untracked = max(sum(_of_nobody(each, frame) for each in frame.instances) for frame in frames)
    if untracked > 1:
        raise refuse(
            path, f"{untracked} animals in a frame without a track", "track them first, so that each has a name"
        )
    missing = [name for name in wanted if name not in found]
    if missing:
        listed = ", ".join(found[:_MOST_ANIMALS])
        raise PoseError(f"no animal named {missing[0]!r}", where=str(path), fix=f"there are: {listed}")
    if not wanted and len(found) > _MOST_ANIMALS:
        raise refuse(
            path,
            f"{len(found)} tracks, which are hardly as many animals",
            "join the pieces in the tracker, or choose some by the setting `individuals`",
        )
    return wanted or found


def _of_nobody(instance: Any, frame: Any) -> bool:
    """Whether it belongs to no track, and is not what a person's instance was made from."""
    return instance.track is None and not any(each.from_predicted is instance for each in frame.user_instances)


def _is_by_a_person(instance: Any) -> bool:
    return "score" not in instance.points.dtype.names
