"""Reads HDF5 that may be damaged, or made to do harm."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

_MOST_UNPACKED = 1100
"""Bytes to which a stored byte may unpack: a little more than gzip can do."""
HDF5_ERRORS = (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError, IndexError)
"""What h5py raises on a damaged file, or on one that lacks something."""


def require_stored(dataset: Any) -> Any:
    """A dataset, if all of it lies in the file; one may claim any size without a byte being written.

    Raises:
        ValueError: It is no dataset, lies elsewhere, or claims more than what is there can hold.
    """
    if not isinstance(dataset, h5py.Dataset) or dataset.external or dataset.is_virtual:
        raise ValueError(f"{dataset.name} is not kept in this file")
    if dataset.nbytes > _MOST_UNPACKED * max(dataset.id.get_storage_size(), 64):
        raise ValueError(f"{dataset.name} claims {dataset.shape}, which is not there")
    return dataset


def read_stored(dataset: Any) -> NDArray[Any]:
    """All of a dataset. See `require_stored`."""
    return np.asarray(require_stored(dataset))
