"""The chunks of micro-fmf: backgrounds ("key frames"), and frames as boxes to be pasted on them.

Axes: H, W, C samples of a pixel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from deg_core.api import BinaryFile
from numpy.typing import NDArray

from deg_reader_ufmf.pixels import to_bytes
from deg_reader_ufmf.ufmf_header import Header

KEY_FRAME, FRAME, INDEX = 0, 1, 2
_SAMPLES = {b"B": 1, b"f": 4}


@dataclass(frozen=True, slots=True)
class Background:
    """Where a background is, and what it is.

    Attributes:
        kind: `mean`, `frame0`, or what else the writer kept, such as `sumsq`.
        stamp_s: From when on it holds, seconds.
        size: Height and width, pixels.
        start: Where its samples are.
        sample: `B` for bytes, `f` for 32-bit floats.
        stop: Where it ends.
    """

    kind: str
    stamp_s: float
    size: tuple[int, int]
    start: int
    sample: bytes
    stop: int


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a frame that is stored.

    Attributes:
        x: First column, pixels.
        y: First row, pixels.
        size: Height and width, pixels.
        start: Where its pixels are.
    """

    x: int
    y: int
    size: tuple[int, int]
    start: int


def read_background(file: BinaryFile, header: Header, start: int) -> Background:
    """Read what a key frame says of itself; `start` is where its chunk begins."""
    what = "a background"
    length = file.unpack("B", start + 1, what)[0]
    kind = file.read(start + 2, length, what).decode("latin-1")
    sample, width, height, stamp_s = file.unpack("cHHd", start + 2 + length, what)
    if sample not in _SAMPLES or not width or not height:
        raise file.damaged(f"the background at byte {start} has {width} x {height} pixels of kind {sample!r}")
    pixels = start + 2 + length + 13
    n_bytes = width * height * header.n_samples * _SAMPLES[sample]
    return Background(kind, stamp_s, (height, width), pixels, sample, pixels + n_bytes)


def read_pixels(file: BinaryFile, header: Header, background: Background) -> NDArray[np.uint8]:
    """A background; shape (H, W, C), 0..255."""
    raw = file.read(background.start, background.stop - background.start, "a background")
    shape = (*background.size, header.n_samples)
    if background.sample == b"f":
        return to_bytes(np.frombuffer(raw, dtype="<f4").reshape(shape))
    return np.frombuffer(raw, dtype=np.uint8).reshape(shape)


def read_stamp(file: BinaryFile, header: Header, start: int) -> float:
    """When the frame was taken whose chunk begins at `start`, seconds."""
    place = start if header.version == 1 else start + 1
    stamp: float = file.unpack("d", place, "a frame")[0]
    return stamp


def read_boxes(file: BinaryFile, header: Header, size: tuple[int, int], start: int) -> tuple[list[Box], int]:
    """The boxes of a frame, and where it ends.

    Args:
        file: The file.
        header: Its header.
        size: Height and width of its pictures, pixels.
        start: Where the frame's chunk begins.

    Raises:
        VideoError: A box lies outside the picture, or outside the file.
    """
    place = start + 8 if header.version == 1 else start + 9
    n_boxes = file.unpack(header.count_layout, place, "a frame")[0]
    place += 4 if header.count_layout == "I" else 2
    walk = _equal_boxes if header.equal_boxes else _boxes
    boxes = []
    for box, end in walk(file, header, size, place, n_boxes):
        place = end
        height, width = box.size
        if box.x + width > size[1] or box.y + height > size[0]:
            raise file.damaged(
                f"the frame at byte {start} has a box of {width} x {height} pixels at ({box.x}, {box.y}), outside the "
                f"picture of {size[1]} x {size[0]} pixels"
            )
        boxes.append(box)
    file.read(place, 0, "a frame")  # refuses what would end behind the end of the file
    return boxes, place


def paste(file: BinaryFile, header: Header, picture: NDArray[np.uint8], boxes: list[Box]) -> None:
    """Put the pixels of boxes on a picture (H, W, C), in place."""
    if header.equal_boxes and boxes:
        _paste_equal(file, header, picture, boxes)
        return
    for box in boxes:
        height, width = box.size
        raw = file.read(box.start, height * width * header.n_samples, "a box")
        pixels = np.frombuffer(raw, dtype=np.uint8).reshape(height, width, header.n_samples)
        picture[box.y : box.y + height, box.x : box.x + width] = pixels


def _paste_equal(file: BinaryFile, header: Header, picture: NDArray[np.uint8], boxes: list[Box]) -> None:
    """Pixels of boxes of one size are interleaved: row, column, then box."""
    height, width = boxes[0].size
    raw = file.read(boxes[0].start, height * width * len(boxes) * header.n_samples, "a frame's boxes")
    pixels = np.frombuffer(raw, dtype=np.uint8).reshape(height, width, len(boxes), header.n_samples)
    rows = np.array([box.y for box in boxes]) + np.arange(height)[:, None, None]
    columns = np.array([box.x for box in boxes]) + np.arange(width)[:, None]
    picture[rows, columns] = pixels


def _boxes(
    file: BinaryFile, header: Header, size: tuple[int, int], place: int, n_boxes: int
) -> Iterator[tuple[Box, int]]:
    """Boxes, each with its own head, and where each ends."""
    for _ in range(n_boxes):
        if header.version == 1:
            x, y = file.unpack("II", place, "a box")
            # What would reach over the edge is not stored.
            side = 2 * header.radius
            width, height = min(side, max(size[1] - x, 0)), min(side, max(size[0] - y, 0))
        else:
            x, y, width, height = file.unpack("HHHH", place, "a box")
        place += 8
        box = Box(x, y, (height, width), place)
        place += width * height * header.n_samples
        yield box, place


def _equal_boxes(
    file: BinaryFile, header: Header, size: tuple[int, int], place: int, n_boxes: int
) -> Iterator[tuple[Box, int]]:
    """Boxes of one size: first all columns, then all rows, then all pixels."""
    del size
    raw = file.read(place, 4 * n_boxes, "a frame's boxes")
    places = np.frombuffer(raw, dtype="<u2").reshape(2, n_boxes)
    start = place + 4 * n_boxes
    stop = start + n_boxes * header.box_size[0] * header.box_size[1] * header.n_samples
    for x, y in places.T.tolist():
        yield Box(x, y, header.box_size, start), stop
