"""Where the frames and backgrounds of micro-fmf are: from the file's own index, or by going through the file.

Axes: T frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from deg_core.api import BinaryFile, FileEndsError, VideoError
from numpy.typing import NDArray

from deg_reader_ufmf.chunks import FRAME, INDEX, KEY_FRAME, Background, read_background, read_boxes, read_stamp
from deg_reader_ufmf.ufmf_header import Header

_DEEPEST = 4
_REBUILD = "read it with the setting `index: rebuild`, which goes through the file"
_KINDS = ("mean", "frame0")
"""Backgrounds that frames can be pasted on, the better first; others are about noise."""


@dataclass(frozen=True, slots=True)
class Index:
    """Where everything is.

    Attributes:
        places: Where each frame's chunk begins; shape (T,), int64.
        stamps_s: When each frame was taken, seconds; shape (T,), float64.
        backgrounds: Those to paste frames on, by time.
    """

    places: NDArray[np.int64]
    stamps_s: NDArray[np.float64]
    backgrounds: list[Background]

    def background_of(self, frame: int) -> Background:
        """The latest background that is not later than a frame; the first one for frames before it."""
        stamps = [background.stamp_s for background in self.backgrounds]
        rank = int(np.searchsorted(stamps, self.stamps_s[frame], side="right")) - 1
        return self.backgrounds[max(rank, 0)]


@dataclass(slots=True)
class _Found:
    """What was seen on the way through a file."""

    places: list[int] = field(default_factory=list)
    stamps_s: list[float] = field(default_factory=list)
    backgrounds: list[Background] = field(default_factory=list)


def find_frames(file: BinaryFile, header: Header, *, rebuild: bool) -> Index:
    """The index of a file.

    Args:
        file: The file.
        header: Its header.
        rebuild: Whether to go through the file even if it has an index.

    Raises:
        VideoError: The index is damaged, or the file is, or there are no frames in it or no background.
    """
    # An index beyond the end was there before the file was cut off; what is left can be gone through.
    has_index = 0 < header.index_start < file.size
    found = _read_index(file, header) if has_index and not rebuild else _go_through(file, header)
    if not found.places:
        raise file.damaged("there is no whole frame in it")
    backgrounds = _usable(file, found.backgrounds)
    return Index(np.array(found.places, np.int64), np.array(found.stamps_s, np.float64), backgrounds)


def _usable(file: BinaryFile, backgrounds: list[Background]) -> list[Background]:
    for kind in _KINDS:
        usable = sorted((each for each in backgrounds if each.kind == kind), key=lambda each: each.stamp_s)
        if len({each.size for each in usable}) > 1:
            raise file.damaged("its backgrounds differ in size")
        if usable:
            return usable
    listed = ", ".join(sorted({each.kind for each in backgrounds})) or "none"
    raise file.damaged(f"there is no background to paste frames on; kinds in it: {listed}")


def _go_through(file: BinaryFile, header: Header) -> _Found:
    """Read the heads of all chunks. A last chunk that is cut off is left out."""
    found, place = _Found(), header.start
    if header.version == 1:
        place += header.size[0] * header.size[1]
        found.backgrounds.append(Background("mean", header.stamp_s, header.size, header.start, b"B", place))
    while place < file.size:
        try:
            following = _take_chunk(file, header, found, place)
        except FileEndsError:
            _require_end(file, header, found, place)
            break
        if following is None:
            break
        place = following
    return found


def _require_end(file: BinaryFile, header: Header, found: _Found, place: int) -> None:
    """Tell a last chunk that is cut off from one whose size is damaged, after which everything would be left out."""
    height, width = found.backgrounds[0].size if found.backgrounds else (0xFFFF, 0xFFFF)
    # No chunk is larger than floats of a whole picture, or all its pixels in boxes of their own.
    largest = 512 + height * width * max(4 * header.n_samples, 8 + header.n_samples)
    index_is_ahead = place < header.index_start <= file.size
    if index_is_ahead or file.size - place > largest:
        raise file.damaged(f"the chunk at byte {place} is damaged: it would end behind the end of the file")


def _take_chunk(file: BinaryFile, header: Header, found: _Found, place: int) -> int | None:
    """Take in the chunk at a place; gives where the next one begins, None behind the last."""
    kind = FRAME if header.version == 1 else file.unpack("B", place, "a chunk")[0]
    if kind == INDEX:
        return None
    if kind == KEY_FRAME:
        background = _whole_background(file, header, place)
        if found.backgrounds and background.size != found.backgrounds[0].size:
            raise file.damaged(f"the background at byte {place} is of another size than the first one")
        found.backgrounds.append(background)
        return background.stop
    if kind != FRAME:
        raise file.damaged(f"at byte {place} a chunk should begin with 0, 1 or 2, and begins with {kind}")
    if not found.backgrounds:
        raise file.damaged(f"the frame at byte {place} comes before any background")
    stamp_s = read_stamp(file, header, place)
    _, following = read_boxes(file, header, found.backgrounds[0].size, place)
    found.places.append(place)
    found.stamps_s.append(stamp_s)
    return following


def _whole_background(file: BinaryFile, header: Header, place: int) -> Background:
    background = read_background(file, header, place)
    file.read(background.stop, 0, "a background")  # before its size is believed, and room made for frames of it
    return background


def _read_index(file: BinaryFile, header: Header) -> _Found:
    """Read the index that a writer left at the end."""
    try:
        tree, _ = _read_value(file, header.index_start, 0)
        frames = _arrays(tree["frame"])
        found = _Found(*(column.tolist() for column in frames))
        for kind, where in tree["keyframe"].items():
            places = _arrays(where)[0].tolist() if kind in _KINDS else []
            found.backgrounds.extend(_whole_background(file, header, place) for place in places)
    except VideoError as error:
        raise file.damaged(f"the index is damaged: {error.problem}", fix=_REBUILD) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise file.damaged(f"the index is damaged: {error!r}", fix=_REBUILD) from None
    if any(not header.start <= place < file.size for place in found.places):
        raise file.damaged("the index is damaged: it places frames outside the file", fix=_REBUILD)
    return found


def _arrays(columns: dict[str, tuple[bytes, bytes]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Places and time stamps, of equal length."""
    (kind, raw), (stamp_kind, raw_stamps) = columns["loc"], columns["timestamp"]
    if stamp_kind != b"d" or kind not in b"lLqQiI":
        raise ValueError(f"numbers of kind {kind!r} and {stamp_kind!r}")
    stamps_s = np.frombuffer(raw_stamps, dtype="<f8")
    # `l` has 4 bytes on some machines and 8 on others; the stamps beside say which.
    n_bytes = len(raw) // len(stamps_s) if len(stamps_s) else 8
    if n_bytes not in {4, 8} or n_bytes * len(stamps_s) != len(raw):
        raise ValueError(f"{len(raw)} bytes of places for {len(stamps_s)} time stamps")
    return np.frombuffer(raw, dtype=f"<{'i' if kind.islower() else 'u'}{n_bytes}"), stamps_s


def _read_value(file: BinaryFile, place: int, depth: int) -> tuple[Any, int]:
    """A dictionary, or an array as its kind of number and its bytes; and where it ends."""
    kind = file.read(place, 1, "the index")
    if kind == b"a":
        sample, n_bytes = file.unpack("cI", place + 1, "the index")
        return (sample, file.read(place + 6, n_bytes, "the index")), place + 6 + n_bytes
    if kind != b"d" or depth > _DEEPEST:
        raise ValueError(f"byte {place} begins neither a dictionary nor an array")
    n_keys = file.unpack("B", place + 1, "the index")[0]
    place += 2
    tree = {}
    for _ in range(n_keys):
        length = file.unpack("H", place, "the index")[0]
        key = file.read(place + 2, length, "the index").decode("latin-1")
        tree[key], place = _read_value(file, place + 2 + length, depth + 1)
    return tree, place
