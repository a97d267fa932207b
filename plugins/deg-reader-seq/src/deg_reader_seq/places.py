"""Where the pictures of a sequence are.

Axes: T frames.
"""

from __future__ import annotations

import numpy as np
from deg_core.api import BinaryFile
from numpy.typing import NDArray

from deg_reader_seq.header import Header
from deg_reader_seq.settings import SeqSettings

_GAPS = (8, 16)
"""Bytes between the end of an encoded picture and the next; by the version of StreamPix, sometimes not by that."""
_SIGNATURES = (b"\xff\xd8", b"\x89P")

Places = NDArray[np.int64]


def find_pictures(file: BinaryFile, header: Header, settings: SeqSettings) -> tuple[Places, Places]:
    """Where pictures begin, and how many bytes each has; shapes (T,).

    Raises:
        VideoError: There is none, there are fewer than the header says, or the chain of pictures is broken.
    """
    starts, sizes = _follow(file, header) if header.is_encoded else _count(file, header)
    if not len(starts):
        raise file.damaged("there is no whole picture in it")
    if header.n_stated > len(starts) and settings.count == "header":
        raise file.damaged(
            f"the header says {header.n_stated} frames, the file holds {len(starts)}",
            fix="copy the file again; to read the whole frames that are there, set `count: file`",
        )
    # Behind the last frame there may be room that was set aside and never filled.
    n_frames = min(len(starts), header.n_stated or len(starts))
    return starts[:n_frames], sizes[:n_frames]


def _count(file: BinaryFile, header: Header) -> tuple[Places, Places]:
    n_frames = max(file.size - header.start, 0) // header.pitch
    # The last frame need not be filled up to the next one's place.
    if header.start + n_frames * header.pitch + header.image_bytes + header.stamp_bytes <= file.size:
        n_frames += 1
    starts = header.start + np.arange(n_frames, dtype=np.int64) * header.pitch
    return starts, np.full(n_frames, header.image_bytes, dtype=np.int64)


def _follow(file: BinaryFile, header: Header) -> tuple[Places, Places]:
    """Go from picture to picture: each begins with the bytes it takes, itself included."""
    starts, sizes = [], []
    place: int | None = header.start
    while place is not None and (n_bytes := _bytes_at(file, header, place)) is not None:
        starts.append(place + 4)
        sizes.append(n_bytes - 4)
        if header.n_stated and len(starts) == header.n_stated:
            break
        place = _next_place(file, place + n_bytes)
    return np.array(starts, dtype=np.int64), np.array(sizes, dtype=np.int64)


def _bytes_at(file: BinaryFile, header: Header, place: int) -> int | None:
    """Bytes of the picture at a place with its size in front; None where the file ends within it."""
    if place + 6 > file.size:
        return None
    n_bytes: int = file.unpack("I", place, "a picture")[0]
    height, width = header.size
    # A picture that does not get smaller is never more than a little larger than its pixels.
    largest = 4096 + 2 * 4 * height * width
    if not _is_picture(file, place) or not 8 <= n_bytes <= largest:
        raise file.damaged(f"at byte {place} there should be a JPEG or PNG picture, and is none")
    return n_bytes if place + n_bytes + header.stamp_bytes <= file.size else None


def _is_picture(file: BinaryFile, place: int) -> bool:
    return place + 6 <= file.size and file.read(place + 4, 2, "a picture") in _SIGNATURES


def _next_place(file: BinaryFile, end: int) -> int | None:
    """Where the next picture begins; None where nothing follows, or room that was never filled."""
    for gap in _GAPS:
        if _is_picture(file, end + gap):
            return end + gap
    rest = file.read(end + 8, min(24, max(file.size - end - 8, 0)), "what follows a picture")
    if any(rest):
        raise file.damaged(f"after byte {end} the next picture should follow, and does not")
    return None
