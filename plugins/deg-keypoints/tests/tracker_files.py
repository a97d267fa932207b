"""Writes files as trackers do."""

from __future__ import annotations

import pickle
from pathlib import Path

import h5py
import numpy as np
from deg_core.api import Pose


def write_deeplabcut(path: Path, pose: Pose) -> None:
    """A table as pandas writes it."""
    columns = [("net", m, b, c) for m in pose.individuals for b in pose.keypoints for c in ("x", "y", "likelihood")]
    values = np.concatenate([pose.positions_TMB2, pose.confidence_TMB[..., None]], axis=-1)
    rows = np.zeros(pose.n_frames, dtype=[("index", "<i8"), ("values_block_0", "<f8", (len(columns),))])
    rows["index"], rows["values_block_0"] = np.arange(pose.n_frames), values.reshape(pose.n_frames, -1)
    with h5py.File(path, "w") as file:
        table = file.create_dataset("df_with_missing/table", data=rows)
        table.attrs["values_block_0_kind"] = np.bytes_(pickle.dumps(columns, protocol=0))
