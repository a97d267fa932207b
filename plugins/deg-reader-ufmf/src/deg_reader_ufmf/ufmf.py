"""Reads micro-fmf, versions 1 to 4: backgrounds, and the boxes in which frames differ from them.

Axes: T frames, H, W, C samples of a pixel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from deg_core.api import BinaryFile, require_span
from numpy.typing import NDArray

from deg_reader_ufmf.chunks import FRAME, Background, paste, read_boxes, read_pixels, read_stamp
from deg_reader_ufmf.index import find_frames
from deg_reader_ufmf.settings import UfmfSettings
from deg_reader_ufmf.stamps import frame_times
from deg_reader_ufmf.ufmf_header import read_header


class UfmfVideo:
    """A micro-fmf file. It is opened when it is first read, also after pickling or `close`.

    Attributes:
        n_frames: Frames in the file.
        frames_per_second: Mean rate, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: UfmfSettings) -> None:
        self._file = BinaryFile(path)
        self._header = read_header(self._file)
        self._index = find_frames(self._file, self._header, rebuild=settings.index == "rebuild")
        self._background: tuple[Background, NDArray[np.uint8]] | None = None
        self.n_frames = len(self._index.places)
        self.times_s, self.frames_per_second = frame_times(self._index.stamps_s, settings.frames_per_second, path)
        height, width = self._index.backgrounds[0].size
        if width % self._header.coding.block or height % self._header.coding.block:
            raise self._file.damaged(f"pictures of {width} x {height} pixels have no whole mosaic")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_background": None}

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._file.close()
        self._background = None

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        require_span(start, stop, self.n_frames, self._file.path)
        size = self._index.backgrounds[0].size
        frames = np.empty((stop - start, *size, 3), dtype=np.uint8)
        for frame in range(start, stop):
            picture = self._background_of(frame).copy()
            paste(self._file, self._header, picture, self._boxes(frame))
            frames[frame - start] = self._header.coding.to_rgb(picture.reshape(size[0], -1))
        return frames

    def _boxes(self, frame: int) -> list[Any]:
        place = int(self._index.places[frame])
        stamp_s = self._index.stamps_s[frame]
        is_frame = self._header.version == 1 or self._file.unpack("B", place, "a frame")[0] == FRAME
        # Stamps that are no numbers are told apart by `frame_times`; here they only have to be the same ones.
        if not is_frame or not np.array_equal(read_stamp(self._file, self._header, place), stamp_s, equal_nan=True):
            raise self._file.damaged(
                f"the index places frame {frame} at byte {place}, where no such frame is",
                fix="read it with the setting `index: rebuild`, which goes through the file",
            )
        return read_boxes(self._file, self._header, self._index.backgrounds[0].size, place)[0]

    def _background_of(self, frame: int) -> NDArray[np.uint8]:
        """Shape (H, W, C). The last one is kept: neighbouring frames have the same."""
        wanted = self._index.background_of(frame)
        if self._background is None or self._background[0] is not wanted:
            self._background = wanted, read_pixels(self._file, self._header, wanted)
        return self._background[1]
