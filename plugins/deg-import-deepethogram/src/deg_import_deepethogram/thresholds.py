"""Thresholds of a training run: those that were best in the epoch whose weights are used.

Axes: K classes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core.api import HDF5_ERRORS, CheckpointError, open_hdf5
from numpy.typing import NDArray

_PLACES = ("val/metrics_by_threshold/optimum", "threshold_curves/val/optimum")
"""Where they stand: now, and in files of before 2021."""

LEAST = 0.01
"""The original raises every threshold to this when it decides."""


def read_thresholds(run: Path, epoch: int, n_classes: int) -> NDArray[np.float64] | None:
    """Probabilities that must be exceeded, (K,); None where the run kept none.

    Args:
        run: The run's folder.
        epoch: Counts from 0; -1 for the last.
        n_classes: Columns that there must be.

    Raises:
        CheckpointError: The file is damaged, or has no such epoch.
    """
    path = run / "classification_metrics.h5"
    if not path.is_file():
        return None
    try:
        with open_hdf5(path) as file:
            place = next((name for name in _PLACES if name in file), None)
            values = None if place is None else np.asarray(file[place], dtype=np.float64)
    except HDF5_ERRORS as error:
        raise CheckpointError(f"damaged: {error}", where=str(path), fix="copy the file again") from error
    if values is None:
        return None
    if values.ndim != 2 or values.shape[1] != n_classes or not -len(values) <= epoch < len(values):
        raise CheckpointError(
            f"thresholds of shape {values.shape} hold nothing for epoch {epoch} and {n_classes} classes",
            where=str(path),
            fix="bring the file of this very run, or remove it: then thresholds are 0.5",
        )
    raised: NDArray[np.float64] = np.maximum(values[epoch], LEAST)
    return raised
