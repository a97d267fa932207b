"""Looks at where HDF5 keeps values of any length before its library does, which never returns from a damaged heap.

A file that was zero-filled by a copy that never ended keeps HDF5 2.0 busy for ever, and a damaged length makes it ask
for gigabytes. Encoded pictures lie in collections: `GCOL`, then objects of a number, a size and their bytes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

import h5py

from deg_plugins_io.refusals import undecodable

_REFERENCE = struct.Struct("<IQI")
"""Length of a value, address of its collection, its number there."""
_COLLECTION = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HH4xQ")
_LARGEST = 1 << 30


def require_sound_heap(path: Path, dataset: h5py.Dataset, start: int, stop: int) -> None:
    """Refuse values whose place in the file is damaged.

    Datasets whose references are packed, by a filter, are not looked at.

    Args:
        path: The file.
        dataset: Values of any length; shape (T,).
        start: The first value that will be read.
        stop: The one after the last.

    Raises:
        VideoError: A value's collection is damaged.
    """
    if dataset.id.get_create_plist().get_nfilters():
        return
    base = dataset.file.userblock_size  # addresses within HDF5 begin behind it
    known: dict[int, dict[int, int]] = {}
    with path.open("rb") as file:
        for index in range(start, stop):
            at = _place_of(dataset, index)
            if at is None:
                continue
            length, address, number = _unpack(file, at, _REFERENCE) or (1, 0, 0)
            if not length:
                continue
            if address not in known:
                known = {address: _sizes_in(file, base + address)}  # neighbours share one
            if length > known[address].get(number, 0):
                raise undecodable(index, path)


def _place_of(dataset: h5py.Dataset, index: int) -> int | None:
    """Where the reference of a value lies in the file; None for a value never written."""
    if dataset.chunks is None:
        offset = dataset.id.get_offset()
        return None if offset is None else int(offset) + _REFERENCE.size * index
    info = dataset.id.get_chunk_info_by_coord((index,))
    return None if info.byte_offset is None else int(info.byte_offset) + _REFERENCE.size * (index % dataset.chunks[0])


def _sizes_in(file: BinaryIO, address: int) -> dict[int, int]:
    """Sizes of the objects of a collection, by number; none where a size leads astray."""
    head = _unpack(file, address, _COLLECTION)
    if head is None or head[0] != b"GCOL" or not _COLLECTION.size <= head[2] <= _LARGEST:
        return {}
    sizes = {}
    at, end = address + _COLLECTION.size, address + head[2]
    while end - at >= _OBJECT.size:
        number, _, size = _unpack(file, at, _OBJECT) or (0, 0, 0)
        step = size if number == 0 else _OBJECT.size + (size + 7) // 8 * 8
        if not _OBJECT.size <= step <= end - at:
            return {}
        sizes[number] = size
        at += step
    return sizes


def _unpack(file: BinaryIO, at: int, form: struct.Struct) -> tuple[Any, ...] | None:
    try:
        file.seek(at)
    except (OSError, OverflowError, ValueError):  # farther than any file goes
        return None
    content = file.read(form.size)
    return form.unpack(content) if len(content) == form.size else None
