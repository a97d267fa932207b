"""MATLAB files up to version 7, read without running anything in them."""

from __future__ import annotations

import math
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from deg_core.api import LabelError
from deg_plugins_io.labels.reading import other_format
from deg_plugins_io.refusals import cannot_read, require_file

_MAGIC = b"MATLAB 5.0 MAT-file"
_NEW = b"MATLAB 7.3 MAT-file"
_HEADER_BYTES = 128
_PACKED = 15
_MOST_UNPACKED = 100
"""Bytes to which one byte of a file may unpack; labels come to some ten."""
_BLOCK_BYTES = 1 << 20
_MOST_CELLS = 50_000_000
_SIZE = {
    "<": re.compile(
        rb"\x06\0{3}\x08\0{3}.{8}\x05\0{3}(?:\x08\0{3}(.{8})|\x0c\0{3}(.{12})|\x10\0{3}(.{16}))", re.DOTALL
    ),
    ">": re.compile(
        rb"\0{3}\x06\0{3}\x08.{8}\0{3}\x05(?:\0{3}\x08(.{8})|\0{3}\x0c(.{12})|\0{3}\x10(.{16}))", re.DOTALL
    ),
}
"""The size of an array of two, three or four sides, behind its flags, by which end of a number comes first."""
_LONGEST_SIZE = 64


def load_matlab(path: Path) -> dict[str, Any]:
    """The variables of a MATLAB file; structs as dicts, cells as arrays.

    Raises:
        LabelError: It is no MATLAB file, of version 7.3, or damaged.
    """
    require_file(path, LabelError)
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise cannot_read(path, error, LabelError) from error
    if head == _NEW:
        fix = "save it in MATLAB with `save(..., '-v7')`"
        raise LabelError("a MATLAB file of version 7.3", where=str(path), fix=fix)
    if head != _MAGIC:
        raise other_format(path, "not a MATLAB file")
    _require_modest(path)
    from scipy.io import loadmat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about variables that come twice, of which the last counts
            variables: dict[str, Any] = loadmat(path, simplify_cells=True)
    except Exception as error:  # a damaged file ends in any kind of error there
        said = f"{type(error).__name__}: {str(error)[:100]}"
        raise LabelError(
            f"not a MATLAB file that can be read: {said}", where=str(path), fix="export it again"
        ) from error
    return variables


def _require_modest(path: Path) -> None:
    """Refuse what unpacks to, or claims, more than any label file holds, before there is room made for it."""
    content = path.read_bytes()
    order = "<" if content[126:128] == b"IM" else ">"
    n_bytes, before = 0, b""
    for block in _unpacked(content, order):
        n_bytes += len(block)
        sizes = (next(filter(None, found.groups())) for found in _SIZE[order].finditer(before + block))
        if n_bytes > _MOST_UNPACKED * len(content) or any(_n_cells(size, order) > _MOST_CELLS for size in sizes):
            problem = "unpacks to more than any label file holds, or says so"
            raise LabelError(problem, where=str(path), fix="export it again")
        before = block[-_LONGEST_SIZE:]


def _unpacked(content: bytes, order: str) -> Iterator[bytes]:
    """What the file holds, block by block; up to where it is damaged, which whatever reads it will say."""
    at = _HEADER_BYTES
    while at + 8 <= len(content):
        kind, n_bytes = struct.unpack_from(f"{order}II", content, at)
        element = content[at + 8 : at + 8 + n_bytes]
        at += 8 + n_bytes
        if kind != _PACKED:
            yield element
            continue
        unpacker = zlib.decompressobj()
        with suppress(zlib.error):
            while element:
                yield unpacker.decompress(element, _BLOCK_BYTES)
                element = unpacker.unconsumed_tail


def _n_cells(size: bytes, order: str) -> int:
    sides = struct.unpack(f"{order}{len(size) // 4}i", size)
    return math.prod(max(side, 0) for side in sides)
