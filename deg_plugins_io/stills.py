"""Decodes still pictures, of a folder or in an HDF5 file, and refuses sizes that no camera takes."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 26
"""Pixels; 8192 x 8192. A damaged header may ask for gigabytes."""
_SIZES_IN_JPEG = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def decode_still(encoded: NDArray[np.uint8], flags: int) -> NDArray[Any] | None:
    """Decode a picture.

    Args:
        encoded: The content of a file; shape (bytes,).
        flags: OpenCV's, such as `cv2.IMREAD_COLOR`.

    Returns:
        What `cv2.imdecode` gives; None where it cannot, or would have to take too much memory.
    """
    if not encoded.size or claimed_pixels(encoded[: 1 << 16].tobytes()) > LARGEST or _is_cut_png(encoded):
        return None
    try:
        picture: NDArray[Any] | None = cv2.imdecode(encoded, flags)
    except cv2.error:
        return None
    return picture


def claimed_pixels(head: bytes) -> int:
    """Pixels that a picture says it has; 0 where it does not say, or not where it is looked for.

    Args:
        head: Its first bytes.
    """
    try:
        if head.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", head, 16)
        elif head.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", head, 18)
        elif head.startswith(b"\xff\xd8"):
            height, width = _size_in_jpeg(head)
        else:
            return 0
    except struct.error:
        return 0
    return int(abs(width * height))


def _is_cut_png(encoded: NDArray[np.uint8]) -> bool:
    """Whether a chunk is longer than what is left of the file; OpenCV makes room for it before it looks."""
    content = encoded.data
    if bytes(content[:4]) != b"\x89PNG":
        return False
    at = 8
    while at + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if at + 12 + length > len(content):
            return True
        if bytes(content[at + 4 : at + 8]) == b"IEND":
            return False
        at += 12 + length
    return True


def _size_in_jpeg(head: bytes) -> tuple[int, int]:
    at = 2
    while True:
        marker, kind, length = struct.unpack_from(">BBH", head, at)
        if marker != 0xFF:
            return 0, 0
        if kind in _SIZES_IN_JPEG:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return height, width
        at += 2 + length
