"""Looks at where HDF5 keeps encoded pictures before its library does, of only those that will be read.

From a damaged collection its library never returns, see `heap_sizes`, and a damaged length makes it ask for gigabytes.
"""

from __future__ import annotations

from pathlib import Path

import h5py

from deg_core.api import heap_reference, heap_sizes
from deg_plugins_io.refusals import undecodable

_REFERENCE_BYTES = 16


def require_sound_heap(path: Path, dataset: h5py.Dataset, start: int, stop: int) -> None:
    """Refuse values whose place in the file is damaged.

    Datasets whose references are packed, by a filter, are not looked at: their files are, when they are opened.

    Args:
        path: The file.
        dataset: Values of any length; shape (T,).
        start: The first value that will be read.
        stop: The one after the last.

    Raises:
        VideoError: A value's collection is damaged.
    """
    if is_packed(dataset):
        return
    base = dataset.file.userblock_size  # addresses within HDF5 begin behind it
    known: dict[int, dict[int, int]] = {}
    with path.open("rb") as file:
        for index in range(start, stop):
            at = _place_of(dataset, index)
            if at is None:
                continue
            length, address, number = heap_reference(file, at) or (1, 0, 0)
            if not length:
                continue
            if address not in known:
                known = {address: heap_sizes(file, base + address)}  # neighbours share one
            if length > known[address].get(number, 0):
                raise undecodable(index, path)


def is_packed(dataset: h5py.Dataset) -> bool:
    """Whether a dataset is kept by way of filters."""
    return bool(dataset.id.get_create_plist().get_nfilters())


def _place_of(dataset: h5py.Dataset, index: int) -> int | None:
    """Where the reference of a value lies in the file; None for a value never written."""
    if dataset.chunks is None:
        offset = dataset.id.get_offset()
        return None if offset is None else int(offset) + _REFERENCE_BYTES * index
    info = dataset.id.get_chunk_info_by_coord((index,))
    return None if info.byte_offset is None else int(info.byte_offset) + _REFERENCE_BYTES * (index % dataset.chunks[0])
