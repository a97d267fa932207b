"""Reads files of `torch.save`, both kinds, without torch and without running anything in them."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
from deg_core.api import CheckpointError
from numpy.typing import NDArray

from deg_import_deepethogram.restricted_pickle import load_restricted

_MAGIC = 0x1950A86A20F9469CFC6C
_KINDS: Mapping[str, np.dtype[Any]] = {
    "torch.FloatStorage": np.dtype("<f4"),
    "torch.DoubleStorage": np.dtype("<f8"),
    "torch.HalfStorage": np.dtype("<f2"),
    "torch.LongStorage": np.dtype("<i8"),
    "torch.IntStorage": np.dtype("<i4"),
    "torch.ShortStorage": np.dtype("<i2"),
    "torch.CharStorage": np.dtype("i1"),
    "torch.ByteStorage": np.dtype("u1"),
    "torch.BoolStorage": np.dtype("?"),
}


@dataclass(slots=True)
class _Storage:
    """Numbers that tensors are views of; in old files they come after the pickle that speaks of them."""

    kind: np.dtype[Any]
    n_elements: int
    numbers: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class _View:
    """A tensor before its numbers are read."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        """Its numbers, a new array."""
        numbers = self.storage.numbers
        last = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        is_empty = 0 in self.shape
        if numbers is None or min((*self.shape, *self.strides, self.offset), default=0) < 0:
            raise ValueError("a tensor has no numbers")
        if not is_empty and last >= len(numbers):
            raise ValueError("a tensor reaches beyond its numbers")
        if is_empty:
            return np.empty(self.shape, self.storage.kind)
        steps = [step * numbers.itemsize for step in self.strides]
        view = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps)
        return np.array(view)


def _rebuild_tensor(storage: _Storage, offset: int, shape: Any, strides: Any, *_: Any) -> _View:
    if not isinstance(storage, _Storage):
        raise TypeError("a tensor without a storage")
    return _View(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


def _rebuild_parameter(view: _View, *_: Any) -> _View:
    return view


_KNOWN: Mapping[str, Any] = {
    **{name: name for name in _KINDS},  # text, which a pickle cannot change
    "torch._utils._rebuild_tensor_v2": _rebuild_tensor,
    "torch._utils._rebuild_tensor": _rebuild_tensor,
    "torch._utils._rebuild_parameter": _rebuild_parameter,
    "torch.Size": lambda sizes=(): tuple(sizes),
}


def read_torch_file(path: Path) -> Any:
    """What a file of `torch.save` holds, its tensors as NumPy arrays.

    Raises:
        CheckpointError: It cannot be read, is damaged, or names something other than tensors and plain values.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                document = _read_zip(archive, str(path))
        else:
            with path.open("rb") as file:
                document = _read_legacy(file, str(path))
        return _with_arrays(document)
    except CheckpointError:
        raise
    except Exception as error:  # what is damaged can fail anywhere
        raise CheckpointError(
            f"damaged, or not a file of PyTorch: {error}", where=str(path), fix="copy the file again"
        ) from error


def _read_zip(archive: zipfile.ZipFile, where: str) -> Any:
    (pickled,) = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
    folder = pickled.removesuffix("data.pkl")
    storages: dict[str, _Storage] = {}

    def load_storage(pid: Any) -> _Storage:
        kind, key, n_elements = _storage_id(pid)
        if key not in storages:
            raw = archive.read(f"{folder}data/{key}")
            storages[key] = _Storage(kind, n_elements, np.frombuffer(raw, kind, n_elements))
        return storages[key]

    return load_restricted(BytesIO(archive.read(pickled)), where, known=_KNOWN, load_storage=load_storage)


def _read_legacy(file: IO[bytes], where: str) -> Any:
    """Five pickles, then the numbers of every storage: the layout of torch before 1.6."""
    storages: dict[str, _Storage] = {}

    def load_storage(pid: Any) -> _Storage:
        kind, key, n_elements = _storage_id(pid)
        return storages.setdefault(key, _Storage(kind, n_elements))

    def load(storage: Callable[[Any], Any] | None = None) -> Any:
        return load_restricted(file, where, known=_KNOWN, load_storage=storage)

    if load() != _MAGIC:
        raise ValueError("it does not begin as such files do")
    load()  # version of the protocol
    if not load().get("little_endian", True):
        raise ValueError(f"made on a machine of the other byte order than this {sys.byteorder} endian one")
    document = load(load_storage)
    for key in load():
        storage = storages[str(key)]
        (n_elements,) = np.frombuffer(file.read(8), "<i8").tolist()
        raw = file.read(n_elements * storage.kind.itemsize)
        storage.numbers = np.frombuffer(raw, storage.kind, n_elements)
    return document


def _storage_id(pid: Any) -> tuple[np.dtype[Any], str, int]:
    word, kind, key, _, n_elements = pid[:5]
    if word != "storage" or kind not in _KINDS:
        raise ValueError("refers to something that is no tensor")
    return _KINDS[kind], str(key), int(n_elements)


def _with_arrays(document: Any) -> Any:
    """The same with every tensor's numbers in it."""
    if isinstance(document, _View):
        return document.array()
    if isinstance(document, dict):
        return {key: _with_arrays(value) for key, value in document.items()}
    if isinstance(document, (list, tuple)):
        return [_with_arrays(value) for value in document]
    return document
