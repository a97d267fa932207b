"""Output files of the original: what its models said of a recording.

Axes: T frames, D latents, K classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from deg_core.api import HDF5_ERRORS, ProjectError, open_hdf5, read_stored
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ModelOutput:
    """What one model said.

    Attributes:
        group: Its name in the file.
        class_names: Of the columns.
        logits: shape (T, K), float32.
        probabilities: 0..1; shape (T, K), float32.
        thresholds: Probabilities that must be exceeded; shape (K,), float32.
        latents: [picture 512, flow 512] of a feature extractor; shape (T, D), float32; None of a sequence model.
    """

    group: str
    class_names: tuple[str, ...]
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    latents: NDArray[np.float32] | None


def read_output(path: Path, group: str) -> ModelOutput:
    """What one model said.

    Raises:
        ProjectError: The file is damaged.
    """
    try:
        with open_hdf5(path) as file:
            return _read_group(file[group])
    except HDF5_ERRORS as error:
        raise _damaged(path, error) from error


def class_names_in(path: Path, group: str) -> tuple[str, ...]:
    """What the columns of a group are called.

    Raises:
        ProjectError: The file is damaged.
    """
    try:
        with open_hdf5(path) as file:
            return _class_names(file[group])
    except HDF5_ERRORS as error:
        raise _damaged(path, error) from error


def _class_names(group: h5py.Group) -> tuple[str, ...]:
    return tuple(each.decode() if isinstance(each, bytes) else str(each) for each in read_stored(group["class_names"]))


def _read_group(group: h5py.Group) -> ModelOutput:
    latents = None
    if "spatial_features" in group:
        latents = np.concatenate([read_stored(group[each]) for each in ("spatial_features", "flow_features")], axis=1)
    logits, probabilities, thresholds = (
        read_stored(group[each]).astype(np.float32) for each in ("logits", "P", "thresholds")
    )
    return ModelOutput(group.name.strip("/"), _class_names(group), logits, probabilities, thresholds, latents)


def pick_pair(path: Path) -> tuple[str, str]:
    """Groups of a feature extractor's answer and of a sequence model's on top of it.

    Raises:
        ProjectError: There is not one of each, or the file is damaged.
    """
    try:
        with open_hdf5(path) as file:
            groups = [name for name in file if isinstance(file[name], h5py.Group) and "P" in file[name]]
            extractors = [name for name in groups if "spatial_features" in file[name]]
    except HDF5_ERRORS as error:
        raise _damaged(path, error) from error
    models = [name for name in groups if name not in extractors]
    if not extractors or not models:
        raise ProjectError(
            "they are not of both a feature extractor and a sequence model",
            where=str(path),
            fix="infer with both in the original, or let deg predict this recording",
        )
    return extractors[0], models[-1]


def _damaged(path: Path, error: Exception) -> ProjectError:
    return ProjectError(
        f"damaged: {next(iter(str(error).splitlines()), error)}",
        where=str(path),
        fix="remove the file, and let deg predict this recording",
    )


def write_outputs(path: Path, outputs: list[ModelOutput]) -> None:
    """Write an output file as the original lays it out: contiguous, without attributes, a group per model."""
    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        for each in outputs:
            group = file.create_group(each.group)
            group["thresholds"] = each.thresholds.astype(np.float32)
            group["logits"] = each.logits.astype(np.float32)
            group["P"] = each.probabilities.astype(np.float32)
            if each.latents is not None:
                half = each.latents.shape[1] // 2
                group["spatial_features"] = each.latents[:, :half].astype(np.float32)
                group["flow_features"] = each.latents[:, half:].astype(np.float32)
            group.create_dataset("class_names", data=np.array(each.class_names, dtype=object), dtype=text)
