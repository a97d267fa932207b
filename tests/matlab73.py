"""Writes MATLAB files of version 7.3, as MATLAB lays them out in HDF5."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import h5py
import numpy as np

_CLASSES = {"float64": "double", "float32": "single", "bool": "logical"}


def matlab73(variables: dict[str, Any]) -> bytes:
    """The bytes of a file.

    Args:
        variables: Numbers and arrays of them, texts, dicts for structs, lists of dicts for several, arrays of the
            type object for cells.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.mat")
        with h5py.File(path, "w", userblock_size=512) as file:
            for name, value in variables.items():
                _put(file, name, value)
        head = b"MATLAB 7.3 MAT-file, Platform: PCWIN64, Created on: Mon Jan 01 00:00:00 2024 HDF5 schema 1.00 ."
        return head.ljust(116) + bytes(8) + b"\x00\x02IM" + path.read_bytes()[128:]


def _put(parent: h5py.Group, name: str, value: Any) -> None:
    if isinstance(value, dict):
        group = parent.create_group(name)
        group.attrs["MATLAB_class"] = np.bytes_("struct")
        for field, each in value.items():
            _put(group, field, each)
        return
    if isinstance(value, list) and value and isinstance(value[0], dict):
        group = parent.create_group(name)
        group.attrs["MATLAB_class"] = np.bytes_("struct")
        for field in value[0]:
            group[field] = _references(parent.file, [each[field] for each in value], (len(value), 1))
        return
    _put_array(parent, name, value)


def _put_array(parent: h5py.Group, name: str, value: Any) -> None:
    is_text = isinstance(value, str)
    array = np.atleast_2d(np.frombuffer(value.encode("utf-16-le"), dtype="<u2") if is_text else value)
    stored, kind = array.T, "char" if is_text else _CLASSES.get(str(array.dtype), str(array.dtype))
    if array.dtype == object:
        stored, kind = _references(parent.file, list(stored.ravel()), stored.shape), "cell"
    elif array.dtype == bool:
        stored = stored.astype(np.uint8)
    if not array.size:
        stored = np.array(array.shape, dtype=np.uint64)
    parent[name] = stored
    parent[name].attrs["MATLAB_class"] = np.bytes_(kind)
    if not array.size:
        parent[name].attrs["MATLAB_empty"] = np.uint8(1)


def _references(file: h5py.File, values: list[Any], shape: tuple[int, ...]) -> Any:
    """References to values that lie where MATLAB keeps those of cells."""
    group = file.require_group("#refs#")
    made = []
    for value in values:
        key = f"r{len(group)}"
        group.create_group(f"_{key}")  # so that cells within the value find other names
        _put(group, key, value)
        made.append(group[key].ref)
    array = np.empty(len(values), dtype=h5py.ref_dtype)
    array[:] = made
    return array.reshape(shape)
