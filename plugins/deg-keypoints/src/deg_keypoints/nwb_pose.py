"""Pose in NWB files as the extension ndx-pose keeps it: a group for each animal, in it a series for each keypoint.

Read with h5py: nothing in the file is run, no link into another file is followed.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from deg_core.api import Pose, Timeline
from numpy.typing import NDArray

from deg_keypoints.settings import AnimalsSettings
from deg_keypoints.tables import fit_pose, reading_hdf5, refuse

_ANIMAL = "animal"
_PREFIX = "PoseEstimationSeries"
_PIXELS = {"pixel", "pixels", "px"}


def read(path: Path, settings: AnimalsSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`. Positions have to be in pixels, with a sample for every frame of the recording."""
    with reading_hdf5(path) as file:
        found: list[h5py.Group] = []
        file.visititems(lambda _, thing: found.append(thing) if _is_a(thing, "PoseEstimation") else None)
        if not found:
            raise refuse(path, "holds no pose of ndx-pose")
        animals = [_animal(path, group) for group in found]
        names = [_ANIMAL] if len(found) == 1 else [str(group.name).rsplit("/", 1)[-1] for group in found]
        if len(set(names)) < len(names):  # a folder for each animal, of whatever the program calls its groups
            names = [str(group.name).rsplit("/", 2)[-2] for group in found]
    keypoints = tuple(animals[0])
    if not keypoints or any(set(animal) != set(keypoints) for animal in animals):
        raise refuse(path, "its animals have other keypoints, or none")
    series = [[animal[name] for name in keypoints] for animal in animals]
    lengths = {len(points) for animal in series for points in animal}
    if len(lengths) > 1:
        raise refuse(path, f"keypoints of {' and '.join(map(str, sorted(lengths)))} samples")
    points_TMB3 = np.array(series).transpose(2, 0, 1, 3)
    pose = fit_pose(path, keypoints, names, points_TMB3[..., :2], points_TMB3[..., 2], timeline)
    return pose.choose_individuals(settings.individuals, where=str(path))


def _is_a(thing: Any, kind: str) -> bool:
    return isinstance(thing, h5py.Group) and _text(thing.attrs.get("neurodata_type", "")) == kind


def _text(said: Any) -> str:
    return said.decode() if isinstance(said, bytes) else str(said)


def _animal(path: Path, group: h5py.Group) -> dict[str, NDArray[np.float64]]:
    """Its keypoints by name, each (T, 3): x, y and how sure the tracker was."""
    nodes = _nodes(group)
    found: dict[str, NDArray[np.float64]] = {}
    for name in group:
        if isinstance(group.get(name, getlink=True), h5py.HardLink) and _is_a(group[name], "PoseEstimationSeries"):
            keypoint = _keypoint(name, nodes)
            if keypoint in found:
                raise refuse(path, f"{group.name} holds two series of {keypoint!r}")
            found[keypoint] = _points(path, group[name])
    ordered = [name for name in nodes if name in found]
    return {name: found[name] for name in (*ordered, *(name for name in found if name not in ordered))}


def _nodes(group: h5py.Group) -> list[str]:
    """Names of the keypoints in their order, in the file's own skeleton or, in older files, beside the series."""
    for place in ("skeleton", "nodes"):
        link = group.get(place, getlink=True) if place in group else None
        if link is not None and not isinstance(link, h5py.ExternalLink):
            names = group[place]["nodes"] if place == "skeleton" else group[place]
            return [_text(name) for name in names[()]]
    return []


def _keypoint(series: str, nodes: list[str]) -> str:
    """What a series is about: programs put their own word, or the animal's name, before the keypoint's."""
    plain = series.removeprefix(_PREFIX).strip("_ ") or series
    fitting = [node for node in nodes if plain == node or plain.endswith(f"_{node}")]
    return max(fitting, key=len) if fitting else plain


def _points(path: Path, series: h5py.Group) -> NDArray[np.float64]:
    data = series["data"]
    if data.ndim != 2 or data.shape[1] != 2:
        raise refuse(path, f"{series.name} has shape {data.shape}: pose in a plane is (frames, 2)")
    unit = _text(data.attrs.get("unit", "pixels"))
    if unit.lower() not in _PIXELS:
        raise refuse(path, f"{series.name} is in {unit}, not pixels", "write it in pixels of the video")
    scale, shift = float(data.attrs.get("conversion", 1.0)), float(data.attrs.get("offset", 0.0))
    positions = _stored(path, data) * scale + shift
    sure = _stored(path, series["confidence"]) if "confidence" in series else np.full(len(positions), np.nan)
    return np.column_stack([positions, sure])


def _stored(path: Path, data: h5py.Dataset) -> NDArray[np.float64]:
    if data.external or data.is_virtual:
        raise refuse(path, f"{data.name} lies in another file", "export the file with all it links to")
    return np.asarray(data[()], dtype=np.float64)
