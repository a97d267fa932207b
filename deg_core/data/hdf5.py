"""Reads HDF5 that may be damaged, or made to do harm.

Texts and lists lie in collections of a file's heap: `GCOL`, then objects of a number, a size and their bytes. A size
that was damaged, or zeroed by a copy that never ended, keeps HDF5 2.0 busy for ever, a damaged length of a text makes
it fill gigabytes, as does free room among names (`HEAP`) that follows upon itself, and a list of no known kind ends
the process: so deg looks before its library.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Collection, Iterator
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import h5py

HDF5_ERRORS = (OSError, LookupError, ValueError, TypeError, RuntimeError, AttributeError, OverflowError, MemoryError)
"""What h5py raises on a damaged file, or on one that lacks something."""

_MOST_UNPACKED = 1100
"""Bytes to which a stored byte may unpack: a little more than gzip can do."""
_BEGINNING = b"GCOL\x01"
_NAMES_BEGIN, _HEAD = b"HEAP\x00", 1 << 20
"""Of a group's names; and the bytes among which those of the root are in a sound file."""
_NO_MORE = 1
_NAMES, _NEXT = struct.Struct("<8sQQQ"), struct.Struct("<Q")
_COLLECTION = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HH4xQ")
_REFERENCE = struct.Struct("<IQI")
"""To an object: how long a text or list it is, address of the collection, number there."""
_LARGEST = 1 << 30
_MUCH = 1 << 28
_MOST_SEARCHED = 2_000_000_000
"""Bytes of a file times collections: a second or two."""
_LARGEST_PIECE = 1 << 26
"""Bytes of a piece in which a dataset is kept, where that is larger than the whole; programs choose a few million."""
_KIND_OF_LIST, _KINDS_OF_LISTS = 3, {0, 1}
"""Where in a written type it says what it is a list of; sequences and texts. The library jumps astray for others."""


def open_hdf5(path: Path, arrays: Collection[str] | None = ()) -> h5py.File:
    """Open an HDF5 file to read it, after a look at its heap and at what types of values it holds.

    Args:
        path: The file. It is looked through at some GB/s, which is nothing beside reading all of it.
        arrays: Names of large datasets of numbers which need not be looked through, where not all of it will be read.
            None: only its first MB is, such as of a film, whose reader looks at frames as they come.

    Raises:
        OSError: It is missing, no HDF5 file, or damaged.
    """
    import h5py  # here, since it takes long and lists of plugins need it not

    file = h5py.File(path, "r")
    try:
        with path.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as content:
            _require_sound_names(content, file.userblock_size, 0, _HEAD)
            known = [name for name in arrays or () if name in file]
            spans = sorted(span for name in known for span in _spans_of(file[name]))
            places = [] if arrays is None else list(_beside(spans, len(content)))
            for place in places:
                _require_sound_names(content, file.userblock_size, *place)
            sizes = {at: each for place in places for at, each in _collections(content, *place)}
            _require_sound_references(content, places, {at - file.userblock_size: sizes[at] for at in sizes})
        _require_known_types(file)
    except HDF5_ERRORS as error:
        file.close()
        raise OSError(*str(error).splitlines()[:1]) from error
    return file


def require_stored(dataset: Any) -> Any:
    """A dataset, if all of it lies in the file; one may claim any size without a byte being written.

    Raises:
        ValueError: It is no dataset, lies elsewhere, or claims more than what is there can hold.
    """
    import h5py

    if not isinstance(dataset, h5py.Dataset) or dataset.external or dataset.is_virtual:
        raise ValueError(f"{dataset.name} is not kept in this file")
    n_bytes, piece = dataset.nbytes, prod(dataset.chunks or ()) * dataset.dtype.itemsize
    is_there = n_bytes <= _MOST_UNPACKED * max(dataset.id.get_storage_size(), 64)
    if not is_there or piece > max(n_bytes, _LARGEST_PIECE):
        raise ValueError(f"{dataset.name} claims {dataset.shape}, which is not there")
    if any(stop > dataset.file.id.get_filesize() for _, stop in _spans_of(dataset)):
        raise ValueError(f"{dataset.name} lies beyond the end of the file")
    return dataset


def read_stored(dataset: Any) -> NDArray[Any]:
    """All of a dataset. See `require_stored`."""
    return np.asarray(require_stored(dataset))


def heap_sizes(file: BinaryIO | mmap.mmap, address: int) -> dict[int, int]:
    """Sizes of the objects of a collection.

    Args:
        file: An HDF5 file, in bytes.
        address: Where in it the collection should begin.

    Returns:
        Bytes by number of the object; none where there is no collection, or a damaged size leads astray.
    """
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


def heap_reference(file: BinaryIO | mmap.mmap, at: int) -> tuple[int, int, int] | None:
    """What stands in place of a text or list of any length.

    Args:
        file: An HDF5 file, in bytes.
        at: Where in it the reference begins.

    Returns:
        Length of the value, address of its collection, its number there; None beyond the end of the file.
    """
    return _unpack(file, at, _REFERENCE)


def _require_known_types(file: h5py.File) -> None:
    import h5py

    def visit(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and not _is_known(item.id.get_type()):
            raise ValueError(f"{item.name} is of no type that there is")
        for each in (item.attrs.get_id(name) for name in item.attrs):
            if _is_short(each) or not _is_known(each.get_type()):
                raise ValueError(f"an attribute of {item.name} is of no type or size that there is")

    visit("", file)
    file.visititems(visit)


def _is_short(attribute: Any) -> bool:
    """Whether an attribute has less room than references to its texts or lists take."""
    from h5py import h5t

    kind = attribute.get_type()
    varies = isinstance(kind, h5t.TypeVlenID) or (isinstance(kind, h5t.TypeStringID) and kind.is_variable_str())
    n_bytes = 0 if attribute.shape is None or not varies else prod(attribute.shape) * _REFERENCE.size
    return n_bytes > 0 and attribute.get_storage_size() < n_bytes


def _is_known(kind: Any) -> bool:
    from h5py import h5t

    if isinstance(kind, h5t.TypeCompoundID):
        return all(_is_known(kind.get_member_type(index)) for index in range(kind.get_nmembers()))
    if isinstance(kind, h5t.TypeVlenID) and kind.encode()[_KIND_OF_LIST] & 0xF not in _KINDS_OF_LISTS:
        return False
    return not isinstance(kind, (h5t.TypeVlenID, h5t.TypeArrayID)) or _is_known(kind.get_super())


def _unpack(file: BinaryIO | mmap.mmap, at: int, form: struct.Struct) -> tuple[Any, ...] | None:
    try:
        file.seek(at)
    except (OSError, OverflowError, ValueError):  # farther than any file goes
        return None
    content = file.read(form.size)
    return form.unpack(content) if len(content) == form.size else None


def _spans_of(dataset: h5py.Dataset) -> list[tuple[int, int]]:
    """Where in its file an array lies."""
    spans: list[tuple[int, int]] = []
    if dataset.chunks is not None:
        dataset.id.chunk_iter(lambda chunk: spans.append((chunk.byte_offset, chunk.byte_offset + chunk.size)))
    elif (offset := dataset.id.get_offset()) is not None:
        spans.append((offset, offset + dataset.id.get_storage_size()))
    return spans


def _beside(spans: list[tuple[int, int]], n_bytes: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, stop in spans:
        if start > at:
            yield at, start
        at = max(at, stop)
    yield at, n_bytes


def _require_sound_names(content: mmap.mmap, base: int, start: int, stop: int) -> None:
    """Refuse a group whose list of free room among its names goes round: HDF5 2.0 notes it until no memory is left."""
    for at in _finds(content, _NAMES_BEGIN, start, stop):
        _, n_bytes, free, address = _unpack(content, at, _NAMES) or (b"", 0, 0, 0)
        passed = set()
        while free != _NO_MORE and free < n_bytes:
            if free in passed:
                raise ValueError(f"the list of names at byte {at} goes round")
            passed.add(free)
            (free,) = _unpack(content, base + address + free, _NEXT) or (n_bytes,)


def _collections(content: mmap.mmap, start: int, stop: int) -> Iterator[tuple[int, dict[int, int]]]:
    """Where each collection begins, and the sizes of its objects."""
    for at in _finds(content, _BEGINNING, start, stop):
        sizes = heap_sizes(content, at)
        if not sizes:
            raise ValueError(f"the lengths of texts or lists at byte {at} do not fit together")
        yield at, sizes


def _require_sound_references(
    content: mmap.mmap, places: list[tuple[int, int]], collections: dict[int, dict[int, int]]
) -> None:
    """Refuse what is taken for a reference to an object, and asks for far more than that has."""
    if len(collections) * sum(stop - start for start, stop in places) > _MOST_SEARCHED:
        return
    for address, sizes in collections.items():
        for start, stop in places:
            for at in _finds(content, struct.pack("<Q", address), start, stop):
                length, _, number = heap_reference(content, at - 4) or (0, 0, 0)
                if number and length > max(sizes.get(number, length), _MUCH):  # 0 is room that is free
                    raise ValueError(f"a text or list claims {length:,} bytes, and has {sizes[number]:,}")


def _finds(content: mmap.mmap, what: bytes, start: int, stop: int) -> Iterator[int]:
    while (start := content.find(what, start, stop)) >= 0:
        yield start
        start += len(what)
