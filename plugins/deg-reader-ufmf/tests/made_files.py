"""Writes FlyMovieFormat and micro-fmf as their published layouts say, for tests only."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

EPOCH = 1.2e9
"""When the first frame was taken, seconds since 1970."""


def stamps(n_frames: int, rate: float) -> list[float]:
    return [EPOCH + index / rate for index in range(n_frames)]


def write_fmf(
    path: Path,
    rows: np.ndarray,
    times: list[float],
    *,
    version: int = 3,
    coding: str = "MONO8",
    bits: int = 8,
    columns: int | None = None,
    n_stated: int | None = None,
) -> Path:
    """Rows of bytes (T, H, R), as the camera gives them."""
    height, row_bytes = rows.shape[1:]
    name = coding.encode()
    head = struct.pack("<I", 1) if version == 1 else struct.pack(f"<II{len(name)}sI", 3, len(name), name, bits)
    stated = len(rows) if n_stated is None else n_stated
    head += struct.pack("<IIQQ", height, columns or row_bytes, height * row_bytes + 8, stated)
    chunks = [struct.pack("<d", time) + picture.tobytes() for time, picture in zip(times, rows, strict=True)]
    path.write_bytes(head + b"".join(chunks))
    return path


class UfmfWriter:
    """Version 2, 3 or 4; boxes are (x, y, width, height)."""

    def __init__(
        self, coding: str = "MONO8", version: int = 3, box: tuple[int, int] | None = None, wide_index: bool = True
    ) -> None:
        self.version, self.box, self.layout = version, box, "<Q" if wide_index or version > 2 else "<I"
        name = coding.encode()
        self.data = bytearray(struct.pack("<4sI", b"ufmf", version) + struct.pack(self.layout, 0))
        self.data += struct.pack("<HH", *(box or (64, 48)))
        if version == 4:
            self.data += struct.pack("<B", box is not None)
        self.data += struct.pack("<B", len(name)) + name
        self.frames: list[tuple[int, float]] = []
        self.backgrounds: dict[str, list[tuple[int, float]]] = {}

    def background(self, picture: np.ndarray, time: float, kind: str = "mean") -> None:
        self.backgrounds.setdefault(kind, []).append((len(self.data), time))
        height, width = picture.shape[:2]
        sample = b"f" if picture.dtype == np.float32 else b"B"
        self.data += struct.pack("<BB", 0, len(kind)) + kind.encode()
        self.data += struct.pack("<cHHd", sample, width, height, time) + picture.tobytes()

    def frame(self, picture: np.ndarray, time: float, boxes: list[tuple[int, ...]]) -> None:
        self.frames.append((len(self.data), time))
        self.data += struct.pack("<Bd", 1, time) + struct.pack("<I" if self.version == 4 else "<H", len(boxes))
        if self.box is not None:
            width, height = self.box
            self.data += np.array([(x, y) for x, y in boxes], dtype="<u2").T.tobytes()
            cut = [picture[y : y + height, x : x + width] for x, y in boxes]
            self.data += np.stack(cut, axis=2).tobytes() if cut else b""
            return
        for x, y, width, height in boxes:
            self.data += struct.pack("<HHHH", x, y, width, height)
            self.data += picture[y : y + height, x : x + width].tobytes()

    def index(self, places: str = "q") -> None:
        self.data += b"\x02"
        struct.pack_into(self.layout, self.data, 8, len(self.data))
        tree = {"frame": self.frames, "keyframe": self.backgrounds}
        self.data += _packed(tree, places)

    def save(self, path: Path) -> Path:
        path.write_bytes(self.data)
        return path


def _packed(value: Any, places: str) -> bytes:
    if isinstance(value, list):
        locations, times = zip(*value, strict=True) if value else ((), ())
        return _packed({"loc": np.array(locations, f"<{places}"), "timestamp": np.array(times, "<d")}, places)
    if isinstance(value, np.ndarray):
        raw = value.tobytes()
        return b"a" + value.dtype.char.encode() + struct.pack("<I", len(raw)) + raw
    items = [struct.pack("<H", len(key)) + key.encode() + _packed(item, places) for key, item in value.items()]
    return b"d" + struct.pack("<B", len(items)) + b"".join(items)


def write_ufmf(
    path: Path, pictures: np.ndarray, rate: float, *, every: int = 7, index: bool = True, **options: Any
) -> Path:
    """Pictures (T, H, W) or (T, H, W, 3): a background every so many frames, and boxes where frames differ from it."""
    writer = UfmfWriter("MONO8" if pictures.ndim == 3 else "RGB24", **options)
    times = stamps(len(pictures), rate)
    for number, (picture, time) in enumerate(zip(pictures, times, strict=True)):
        if number % every == 0:
            background = picture
            writer.background(background, time)
        writer.frame(picture, time, _boxes(picture != background, options.get("box")))
    if index:
        writer.index()
    return writer.save(path)


def _boxes(differs: np.ndarray, box: tuple[int, int] | None) -> list[tuple[int, ...]]:
    changed = differs if differs.ndim == 2 else differs.any(axis=2)
    if box is not None:  # each pixel that differs lies in some box of that size
        width, height = box
        rows, columns = np.nonzero(changed)
        top, left = changed.shape[0] - height, changed.shape[1] - width
        found = zip(columns // width * width, rows // height * height, strict=True)
        return sorted({(min(int(x), left), min(int(y), top)) for x, y in found})
    rows, columns = np.nonzero(changed)
    if not len(rows):
        return []
    y, x = int(rows.min()), int(columns.min())
    half = (int(columns.max()) + 1 - x) // 2
    height, stop = int(rows.max()) + 1 - y, int(columns.max()) + 1
    # Two boxes beside each other, so that order matters.
    return [(x, y, half, height), (x + half, y, stop - x - half, height)] if half else [(x, y, stop - x, height)]


def write_version_1(path: Path, background: np.ndarray, pictures: np.ndarray, times: list[float], radius: int) -> Path:
    """Version 1: one background, boxes of 2 * radius pixels that may reach over the edge."""
    height, width = background.shape
    data = struct.pack("<IIdII", 1, radius, times[0], width, height) + background.tobytes()
    side = 2 * radius
    for picture, time in zip(pictures, times, strict=True):
        boxes = [
            (x, y)
            for y in range(0, height, side)
            for x in range(0, width, side)
            if (picture[y : y + side, x : x + side] != background[y : y + side, x : x + side]).any()
        ]
        data += struct.pack("<dI", time, len(boxes))
        for x, y in boxes:
            data += struct.pack("<II", x, y) + picture[y : y + side, x : x + side].tobytes()
    path.write_bytes(data)
    return path
