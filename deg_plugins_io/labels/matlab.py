"""MATLAB files, read without running anything in them: those of versions 5 to 7 here.

By code of our own, since scipy's reader, in C, dies of damaged files: fuzzing found two ways in a minute.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import LabelError
from deg_plugins_io.labels.reading import damage_refused, other_format
from deg_plugins_io.refusals import cannot_read, require_file

_MAGIC = b"MATLAB 5.0 MAT-file"
_NEW = b"MATLAB 7.3 MAT-file"
_HEADER_BYTES = 128
MOST_UNPACKED = 100
"""Bytes to which one byte of a file may unpack; labels come to some ten."""
_MATRIX, _PACKED = 14, 15
_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_LETTERS = {1: "ascii", 2: "utf-8", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_COMPLEX = 0x800


def load_matlab(path: Path) -> dict[str, Any]:
    """The variables of a MATLAB file, those without a name left out.

    Returns:
        Structs as dicts, or lists of them; texts; numbers and cells as arrays without axes of length 1; where there is
        one of either, it by itself.

    Raises:
        LabelError: It is no MATLAB file, or damaged.
    """
    require_file(path, LabelError)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error, LabelError) from error
    if content.startswith(_NEW):
        from deg_plugins_io.labels.matlab_hdf5 import load_hdf5

        with damage_refused(path, "MATLAB"):
            return load_hdf5(path)
    if not content.startswith(_MAGIC):
        raise other_format(path, "not a MATLAB file")
    with damage_refused(path, "MATLAB"):
        order = "<" if content[126:128] == b"IM" else ">"
        variables = [_matrix(matrix, order) for matrix in _variables(content, order)]
        return {name: value for name, value in variables if name}


def _variables(content: bytes, order: str) -> Iterator[bytes]:
    """The arrays of a file, unpacked, but not to more than any label file holds."""
    left = MOST_UNPACKED * len(content)
    for kind, element in _elements(content[_HEADER_BYTES:], order, padded=False):
        inside = [(kind, element)]
        if kind == _PACKED:
            unpacked = zlib.decompressobj().decompress(element, left + 1)
            left -= len(unpacked)
            if left < 0:
                raise ValueError("it unpacks to more than any label file holds")
            inside = list(_elements(unpacked, order))
        for inner, matrix in inside:
            if inner != _MATRIX:
                raise ValueError(f"a variable of the kind {inner}")
            yield matrix


def _elements(data: bytes, order: str, *, padded: bool = True) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each part; short ones stand within their own heading."""
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind >> 16:
            kind, size, start, end = kind & 0xFFFF, kind >> 16, at + 4, at + 8
        else:
            start, end = at + 8, at + 8 + size + (-size % 8 if padded else 0)
        if start + size > min(end, len(data)):
            raise ValueError("it ends too early")
        yield kind, data[start : start + size]
        at = end


def _matrix(data: bytes, order: str) -> tuple[str, Any]:
    """Name and value of an array: its flags, its sides and its name stand first."""
    parts = list(_elements(data, order))
    if not parts:
        return "", np.zeros(0)
    (_, flags), (_, sides), (_, name), *rest = parts
    group = struct.unpack(f"{order}II", flags)[0]
    shape = tuple(int(side) for side in np.frombuffer(sides, f"{order}i4"))
    if min(shape, default=-1) < 0 or math.prod(shape) > len(data):
        raise ValueError(f"an array of {shape}, which are not there")
    return name.decode("ascii", "replace"), _value(group, shape, rest, order)


def _value(group: int, shape: tuple[int, ...], parts: list[tuple[int, bytes]], order: str) -> Any:
    kind, n_cells = group & 0xFF, math.prod(shape)
    if kind == _CELL:
        return squeezed(_held(parts, n_cells, order), shape)
    if kind in {_STRUCT, _OBJECT}:
        return _structs(parts[kind - _STRUCT :], n_cells, order)
    if group & _COMPLEX or kind not in range(_CHAR, 16) or kind == 5 or len(parts) != 1:
        raise ValueError(f"an array of the kind {kind}")
    if kind == _CHAR:
        return _text(*parts[0], shape, order)
    numbers = np.frombuffer(parts[0][1], f"{order}{_NUMBERS[parts[0][0]]}").reshape(shape, order="F").squeeze()
    return numbers.item() if numbers.ndim == 0 else numbers


def _held(parts: list[tuple[int, bytes]], n: int, order: str) -> list[Any]:
    if len(parts) != n or any(kind != _MATRIX for kind, _ in parts):
        raise ValueError(f"{len(parts)} parts of {n}")
    return [_matrix(inside, order)[1] for _, inside in parts]


def squeezed(values: list[Any], shape: tuple[int, ...]) -> Any:
    """Cells as an array without axes of length 1; one cell by itself."""
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return values[0] if len(values) == 1 else cells.reshape(shape, order="F").squeeze()


def _structs(parts: list[tuple[int, bytes]], n: int, order: str) -> Any:
    """Values of each field in turn, struct by struct; names of fields have a fixed width."""
    (_, width), (_, names), *rest = parts
    size = struct.unpack(f"{order}i", width)[0]
    fields = [names[at : at + size].split(b"\0")[0].decode("ascii") for at in range(0, len(names), size)]
    values = _held(rest, n * len(fields), order)
    made = [dict(zip(fields, values[at * len(fields) :], strict=False)) for at in range(n)]
    return made[0] if n == 1 else made


def _text(kind: int, data: bytes, shape: tuple[int, ...], order: str) -> Any:
    """Letters column by column; one row is a text, several are an array of them."""
    encoding = _LETTERS[kind]
    ending = {"<": "-le", ">": "-be"}[order] if encoding not in {"ascii", "utf-8"} else ""
    text = data.decode(encoding + ending)
    if len(shape) != 2 or len(text) != math.prod(shape):
        raise ValueError(f"{len(text)} letters in {shape}")
    rows = [text[row :: shape[0]].rstrip() for row in range(shape[0])]
    return rows[0] if len(rows) == 1 else np.array(rows, dtype=object)
