"""Writes Norpix sequences as their layout is documented, for tests only."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

EPOCH = 1_200_000_000


@dataclass(frozen=True)
class Kind:
    """What a header says.

    Attributes:
        image_format: 100 grey, 101 mosaic, 200 blue-green-red, ...
        compression: 0 none, 1 JPEG.
        bits: Of a pixel, and of them used.
        version: Of the file; from 5 on with microseconds.
        gap: Bytes from an encoded picture to the next; 0 for what the version usually has.
    """

    image_format: int = 100
    compression: int = 0
    bits: tuple[int, int] = (8, 8)
    version: int = 5
    gap: int = 0


def stamps(n_frames: int, rate: float) -> list[float]:
    return [EPOCH + index / rate for index in range(n_frames)]


def _stamp(time: float, version: int) -> bytes:
    seconds, rest = divmod(round(time * 1e6), 1_000_000)
    milliseconds, microseconds = divmod(rest, 1000)
    if version >= 5:
        return struct.pack("<IHH", seconds, milliseconds, microseconds)
    return struct.pack("<IH", seconds, milliseconds)


def write_sequence(
    path: Path,
    pictures: Sequence[bytes],
    size: tuple[int, int],
    times: Sequence[float],
    kind: Kind,
    rate: float = 0.0,
    n_stated: int | None = None,
) -> Path:
    """Pictures as bytes, of one length where they are raw."""
    is_encoded = kind.compression > 0 or kind.image_format in {102, 103, 201, 1, 2}
    start = 8192 if kind.version >= 5 else 1024
    stamp_bytes = 8 if kind.version >= 5 else 6
    pitch = -(-(len(pictures[0]) + stamp_bytes) // 512) * 512
    header = bytearray(start)
    struct.pack_into("<I24sii", header, 0, 0xFEED, "Norpix seq".encode("utf-16-le"), kind.version, 1024)
    height, width = size
    numbers = (width, height, *kind.bits, len(pictures[0]), kind.image_format)
    stated = len(pictures) if n_stated is None else n_stated
    struct.pack_into("<9Id", header, 548, *numbers, stated, 0, 0 if is_encoded else pitch, rate)
    struct.pack_into("<I", header, 620, kind.compression)
    data = bytes(header)
    for picture, time in zip(pictures, times, strict=True):
        stamp = _stamp(time, kind.version)
        if is_encoded:
            gap = kind.gap or (16 if kind.version >= 5 else 8)
            data += struct.pack("<I", len(picture) + 4) + picture + stamp.ljust(gap, b"\0")
        else:
            data += (picture + stamp).ljust(pitch, b"\0")
    path.write_bytes(data)
    return path


def raw(pictures: np.ndarray) -> list[bytes]:
    return [picture.tobytes() for picture in pictures]
