"""Reads FlyMovieFormat, versions 1 and 3: a header, then for each frame a time stamp and its pixels.

Axes: T frames, H, W.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deg_core.api import BinaryFile, require_span
from numpy.typing import NDArray

from deg_reader_ufmf.pixels import KNOWN, Coding, find_coding
from deg_reader_ufmf.settings import FmfSettings
from deg_reader_ufmf.stamps import frame_times

_STAMP_BYTES = 8
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself, checked.

    Attributes:
        coding: How pixels are written.
        size: Height and width, pixels.
        row_bytes: Bytes of a row.
        start: Where the first time stamp is.
        chunk_bytes: Bytes of a time stamp and its picture.
        n_frames: Frames.
    """

    coding: Coding
    size: tuple[int, int]
    row_bytes: int
    start: int
    chunk_bytes: int
    n_frames: int


class FmfVideo:
    """A FlyMovieFormat file. It is opened when it is first read, also after pickling or `close`.

    Attributes:
        n_frames: Frames in the file.
        frames_per_second: Mean rate, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: FmfSettings) -> None:
        self._file = BinaryFile(path)
        self._settings = settings
        self._header = read_header(self._file, settings)
        self.n_frames = self._header.n_frames
        stamps_s = self._stamps()
        self.times_s, self.frames_per_second = frame_times(stamps_s, settings.frames_per_second, path)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._file.close()

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        require_span(start, stop, self.n_frames, self._file.path)
        header = self._header
        frames = np.empty((stop - start, *header.size, 3), dtype=np.uint8)
        for index in range(start, stop):
            place = header.start + index * header.chunk_bytes + _STAMP_BYTES
            pixels = self._file.read(place, header.chunk_bytes - _STAMP_BYTES, f"frame {index}")
            rows = np.frombuffer(pixels, dtype=np.uint8).reshape(header.size[0], header.row_bytes)
            frames[index - start] = header.coding.to_rgb(rows)
        return frames

    def _stamps(self) -> NDArray[np.float64]:
        """Time stamps of all frames, seconds; shape (T,)."""
        header = self._header
        stamps = [
            self._file.unpack("d", header.start + i * header.chunk_bytes, "a time stamp")[0]
            for i in range(header.n_frames)
        ]
        return np.array(stamps, dtype=np.float64)


def read_header(file: BinaryFile, settings: FmfSettings) -> Header:
    """Read and check the header.

    Args:
        file: The file.
        settings: How it is to be understood.

    Raises:
        VideoError: It is none, or contradicts itself or the file.
    """
    version = file.unpack("I", 0, "the header")[0]
    if version not in {1, 3}:
        raise file.damaged(
            f"the first number is {version}; FlyMovieFormat begins with its version, 1 or 3",
            fix="is this another kind of video? then name its reader in project.yaml, video.name",
        )
    name, place = ("MONO8", 4) if version == 1 else _read_format(file)
    rows, columns, chunk_bytes, n_stated = file.unpack("IIQQ", place, "the header")
    coding = find_coding(name, settings.bit_depth)
    if coding is None:
        raise file.damaged(f"pixels are written as {name!r}, which is not known", fix=f"known: {', '.join(KNOWN)}")
    start = place + 24
    size, row_bytes = _picture_size(file, coding, rows, columns, chunk_bytes)
    n_frames = _count_frames(file, start, chunk_bytes, n_stated if settings.count == "header" else 0)
    return Header(coding, size, row_bytes, start, chunk_bytes, n_frames)


def _read_format(file: BinaryFile) -> tuple[str, int]:
    """Name of the coding, and where the header goes on behind its bits per pixel, which the name implies."""
    length = file.unpack("I", 4, "the header")[0]
    if not 0 < length <= _LONGEST_NAME:
        raise file.damaged(f"the name of the pixel format is said to be {length} bytes long")
    name = file.read(8, length, "the name of the pixel format").decode("latin-1")
    return name, 12 + length


def _picture_size(
    file: BinaryFile, coding: Coding, rows: int, columns: int, chunk_bytes: int
) -> tuple[tuple[int, int], int]:
    """Height and width in pixels, and bytes of a row.

    Writers disagree on whether columns are pixels or bytes; bytes of a chunk say which.
    """
    n_bytes = chunk_bytes - _STAMP_BYTES
    if rows < 1 or columns < 1 or n_bytes < 1 or n_bytes % rows:
        raise file.damaged(f"{n_bytes} bytes of a picture are no {rows} rows of {columns} columns")
    row_bytes = n_bytes // rows
    width = row_bytes / coding.pixel_bytes
    if width.denominator != 1 or columns not in {row_bytes, width} or width % coding.block:
        raise file.damaged(
            f"a row of {row_bytes} bytes has no {columns} columns of {float(coding.pixel_bytes):g} bytes"
        )
    return (rows, int(width)), row_bytes


def _count_frames(file: BinaryFile, start: int, chunk_bytes: int, n_stated: int) -> int:
    """Frames in the file; the header says 0 where recording was not ended properly."""
    n_whole, rest = divmod(file.size - start, chunk_bytes)
    if n_whole < 1:
        raise file.damaged(
            f"there is no whole frame: one takes {chunk_bytes} bytes, after the header come {file.size - start}"
        )
    if n_stated and (n_stated != n_whole or rest):
        raise file.damaged(
            f"the header says {n_stated} frames, the file holds {n_whole} and {rest} bytes",
            fix="copy the file again; to read the whole frames that are there, set `count: file`",
        )
    return n_whole
