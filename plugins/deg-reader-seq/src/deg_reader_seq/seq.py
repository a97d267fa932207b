"""Reads Norpix sequences, raw or as JPEG or PNG pictures.

Axes: T frames, H, W, C channels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from deg_core.api import BinaryFile, require_span
from numpy.typing import NDArray

from deg_reader_seq.header import CHANNELS, read_header
from deg_reader_seq.places import find_pictures
from deg_reader_seq.settings import SeqSettings
from deg_reader_seq.stamps import frame_times, read_stamps

_MOSAICS = {
    # OpenCV names a mosaic by the second row's second and third pixel, cameras by the first row's first two.
    "RGGB": cv2.COLOR_BayerBG2RGB,
    "GRBG": cv2.COLOR_BayerGB2RGB,
    "GBRG": cv2.COLOR_BayerGR2RGB,
    "BGGR": cv2.COLOR_BayerRG2RGB,
}
_ENDS = (b"\xff\xd9", b"IEND\xaeB`\x82")


class SeqVideo:
    """A Norpix sequence. It is opened when it is first read, also after pickling or `close`.

    Attributes:
        n_frames: Frames in the file.
        frames_per_second: Mean rate, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: SeqSettings) -> None:
        self._file = BinaryFile(path)
        self._settings = settings
        self._header = read_header(self._file, settings)
        self._starts, self._sizes = find_pictures(self._file, self._header, settings)
        self.n_frames = len(self._starts)
        stamps_s = read_stamps(self._file, self._header, self._starts + self._sizes)
        self.times_s, self.frames_per_second = frame_times(
            self._file, self._header, stamps_s, settings.frames_per_second
        )

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._file.close()

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        require_span(start, stop, self.n_frames, self._file.path)
        frames = np.empty((stop - start, *self._header.size, 3), dtype=np.uint8)
        for index in range(start, stop):
            raw = self._file.read(int(self._starts[index]), int(self._sizes[index]), f"frame {index}")
            samples = self._decode(raw, index) if self._header.is_encoded else self._samples(raw)
            frames[index - start] = self._to_rgb(samples)
        return frames

    def _samples(self, raw: bytes) -> NDArray[np.uint8]:
        """Samples of a raw picture; shape (H, W, C), 0..255."""
        header = self._header
        shape = (*header.size, CHANNELS[header.layout])
        if header.sample_bytes == 1:
            return np.frombuffer(raw, dtype=np.uint8).reshape(shape)
        deep = np.frombuffer(raw, dtype="<u2").reshape(shape)
        kept: NDArray[np.uint8] = np.minimum(deep >> (header.bits_used - 8), 255).astype(np.uint8)
        return kept

    def _decode(self, raw: bytes, index: int) -> NDArray[np.uint8]:
        """Samples of an encoded picture, colours in the order blue, green, red; shape (H, W, C), 0..255."""
        # Some versions of OpenCV decode a picture that ends too early all the same, grey from there on.
        is_whole = raw.rstrip(b"\0").endswith(_ENDS)
        is_grey = CHANNELS[self._header.layout] == 1
        how = cv2.IMREAD_GRAYSCALE if is_grey else cv2.IMREAD_COLOR
        picture: Any = cv2.imdecode(np.frombuffer(raw, dtype=np.uint8), how) if is_whole else None
        if picture is None:
            raise self._file.damaged(f"frame {index} cannot be decoded")
        if picture.shape[:2] != self._header.size:
            height, width = self._header.size
            raise self._file.damaged(
                f"frame {index} is {picture.shape[1]} x {picture.shape[0]} pixels, the header says {width} x {height}"
            )
        samples: NDArray[np.uint8] = picture.reshape(*self._header.size, -1)
        return samples

    def _to_rgb(self, samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
        layout, mosaic = self._header.layout, self._settings.mosaic
        if layout == "mosaic" and mosaic in _MOSAICS:
            rgb: NDArray[np.uint8] = np.asarray(cv2.cvtColor(samples[..., 0].copy(), _MOSAICS[mosaic]), dtype=np.uint8)
            return rgb
        if layout in {"grey", "mosaic"}:
            return np.repeat(samples, 3, axis=2)
        # Encoded pictures come from OpenCV as blue, green, red, whatever the format's name says.
        is_rgb = layout == "rgb" and not self._header.is_encoded
        return samples if is_rgb else samples[..., 2::-1]
