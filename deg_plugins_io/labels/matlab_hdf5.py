"""MATLAB files of version 7.3, which are HDF5 in MATLAB's manner: no link is followed, and nothing in them is run.

Each object states its class in `MATLAB_class`, axes are in reverse order, texts are UTF-16, structs are groups, cells
and the fields of several structs are references. Something empty has its sides as its content, and says so.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from deg_core.api import open_hdf5
from deg_plugins_io.labels.matlab import MOST_UNPACKED, squeezed

_NUMBERS = {"double", "single", "logical"} | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
_MOST_CELLS = 100_000
"""Some hundred times as many as there are in JAABA's files; of so few, none takes long."""
_MOST_DEEP = 32


class _UnknownClass(ValueError):
    """An object of MATLAB, a function or the like, which labels do without."""


def load_hdf5(path: Path) -> dict[str, Any]:
    """The variables of a file; see `load_matlab`, which is to be called.

    Raises:
        OSError, ValueError, LookupError, TypeError: The file is damaged.
    """
    try:
        with open_hdf5(path) as file:
            return _Reading(file, path.stat().st_size).fields(file, 0)
    except RuntimeError as error:  # HDF5's word for many kinds of damage
        raise ValueError(str(error)) from error


class _Reading:
    """One file while it is read, and how much more of it there may be."""

    def __init__(self, file: h5py.File, n_bytes: int) -> None:
        self._file = file
        self._bytes_left = MOST_UNPACKED * n_bytes
        self._cells_left = _MOST_CELLS

    def fields(self, group: h5py.Group, depth: int) -> dict[str, Any]:
        """What a group holds, but for what lies elsewhere or labels do without."""
        found = {}
        for name in group:
            if not name.startswith("#") and isinstance(group.get(name, getlink=True), h5py.HardLink):
                with suppress(_UnknownClass):
                    found[name] = self._value(group[name], depth + 1)
        return found

    def _value(self, thing: Any, depth: int) -> Any:
        if depth > _MOST_DEEP:
            raise ValueError("cells within cells without end")
        kind = _class_of(thing)
        if not isinstance(thing, h5py.Group):
            return self._array(thing, kind, depth)
        if kind != "struct":
            raise _UnknownClass(f"a group of the class {kind!r}")
        return _structs(self.fields(thing, depth))

    def _array(self, data: h5py.Dataset, kind: str, depth: int) -> Any:
        stored = self._stored(data)
        if data.dtype == h5py.ref_dtype:
            values = [self._referred(each, depth) for each in stored.ravel()]
            return squeezed(values, stored.shape[::-1]) if kind == "cell" else _FieldOfMany(values)
        if data.attrs.get("MATLAB_empty"):
            stored = _nothing(stored, kind)
        if kind == "cell" or (kind == "struct" and not stored.size):
            return stored.T if kind == "cell" else []
        if kind == "char":
            return _text(stored)
        if kind not in _NUMBERS or stored.dtype.kind not in "iufb":
            raise _UnknownClass(f"an array of the class {kind!r}")
        numbers = stored.T.squeeze()
        return numbers.item() if numbers.ndim == 0 else numbers

    def _stored(self, data: h5py.Dataset) -> NDArray[Any]:
        self._bytes_left -= data.size * data.dtype.itemsize
        if self._bytes_left < 0:
            raise ValueError("it unpacks to more than any label file holds")
        if data.external or data.is_virtual:
            raise ValueError(f"{data.name} lies in another file")
        stored: NDArray[Any] = np.atleast_1d(data[()])
        return stored

    def _referred(self, reference: Any, depth: int) -> Any:
        self._cells_left -= 1
        if self._cells_left < 0 or not reference:
            raise ValueError("more cells than any label file holds" if reference else "a cell that is nowhere")
        return self._value(self._file[reference], depth + 1)


class _FieldOfMany:
    """What one field of several structs holds, a value for each of them."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values


def _structs(fields: dict[str, Any]) -> Any:
    """One struct, or as many as each field has values."""
    many = {name: each.values for name, each in fields.items() if isinstance(each, _FieldOfMany)}
    if not many:
        return fields
    if len(many) < len(fields) or len({len(each) for each in many.values()}) > 1:
        raise ValueError("structs with fields of different lengths")
    return [dict(zip(many, each, strict=True)) for each in zip(*many.values(), strict=True)]


def _class_of(thing: Any) -> str:
    said = thing.attrs.get("MATLAB_class", b"")
    return said.decode("ascii") if isinstance(said, bytes) else str(said)


def _nothing(sides: NDArray[Any], kind: str) -> NDArray[Any]:
    """An array of no values, with those sides."""
    if sides.dtype.kind != "u" or sides.ndim != 1 or not 0 < len(sides) < 32 or sides.all():
        raise ValueError(f"something empty of {sides.tolist()[:9]}")
    made: NDArray[Any] = np.zeros(
        [int(side) for side in sides[::-1]], {"cell": object, "char": np.uint16}.get(kind, float)
    )
    return made


def _text(units: NDArray[Any]) -> Any:
    """Letters column by column; one row is a text, several are an array of them."""
    if units.dtype != np.uint16 or units.ndim != 2:
        raise ValueError(f"letters of the type {units.dtype} in {units.shape}")
    # Each column lies by itself in the file, and each has one letter of every row.
    rows = [units[:, row].astype("<u2").tobytes().decode("utf-16-le").rstrip() for row in range(units.shape[1])]
    return rows[0] if len(rows) == 1 else np.array(rows, dtype=object)
