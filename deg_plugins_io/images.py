"""Reads a folder of still pictures as a video, in natural order: `frame2` comes before `frame10`.

Gaps in the numbers of the files are no gaps in time: the pictures that are there are the frames, evenly spaced.
"""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from deg_core.api import VideoError, require_span
from deg_plugins_io.bit_depth import to_8_bits
from deg_plugins_io.frame_times import regular_times
from deg_plugins_io.refusals import cannot_read, undecodable, unequal_sizes
from deg_plugins_io.settings import ImagesSettings
from deg_plugins_io.stills import decode_still

SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff"})


class ImagesVideo:
    """A folder of pictures of one size.

    Attributes:
        n_frames: Pictures in the folder.
        frames_per_second: As set, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: ImagesSettings) -> None:
        self._path = path
        self._settings = settings
        self._pictures = _list_pictures(path)
        self.n_frames = len(self._pictures)
        self.frames_per_second = settings.frames_per_second
        self.times_s = regular_times(self.n_frames, self.frames_per_second)
        self._refuse_stacks()
        self._size = self._picture(0).shape

    def close(self) -> None:
        """Nothing stays open between reads."""

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        require_span(start, stop, self.n_frames, self._path)
        frames = np.empty((stop - start, *self._size), dtype=np.uint8)
        for index in range(start, stop):
            picture = self._picture(index)
            if picture.shape != self._size:
                raise unequal_sizes(index, picture.shape, self._size, self._pictures[index])
            frames[index - start] = picture
        return frames

    def _picture(self, index: int) -> NDArray[np.uint8]:
        path = self._pictures[index]
        encoded = _bytes_of(path)
        picture = decode_still(encoded, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
        if picture is None:
            # OpenCV 5 gives no colours to grey pictures of other depths; unchanged, they show what they are.
            picture = decode_still(encoded, cv2.IMREAD_UNCHANGED)
        if picture is None:
            raise undecodable(index, path)
        if picture.dtype == np.uint16:
            picture = to_8_bits(picture.astype(np.uint16, copy=False), self._settings.bit_depth)
        elif picture.dtype != np.uint8:
            raise VideoError(
                f"pixels are {picture.dtype}", where=str(path), fix="write the pictures with 8 or 16 bits a sample"
            )
        rgb: NDArray[np.uint8] = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
        return rgb

    def _refuse_stacks(self) -> None:
        path = self._pictures[0]
        if path.suffix.lower() not in {".tif", ".tiff"}:
            return
        try:
            _, pages = cv2.imdecodemulti(_bytes_of(path), cv2.IMREAD_ANYDEPTH)
        except cv2.error:
            raise undecodable(0, path) from None
        if len(pages) > 1:
            raise VideoError(
                f"holds {len(pages)} pictures",
                where=str(path),
                fix="write each into a file of its own, or make a video",
            )


def _list_pictures(path: Path) -> list[Path]:
    if not path.is_dir():
        problem = "this is a file, not a folder of pictures" if path.exists() else "there is no such folder"
        raise VideoError(problem, where=str(path), fix="name the folder that the pictures lie in")
    # Names that begin with a dot are what some file systems leave beside the pictures.
    pictures = [p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith(".")]
    if not pictures:
        known = ", ".join(sorted(SUFFIXES))
        raise VideoError("holds no pictures", where=str(path), fix=f"pictures are files that end in {known}")
    return sorted(pictures, key=_natural_order)


def _natural_order(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], path.name


def _bytes_of(path: Path) -> NDArray[np.uint8]:
    # Read here and not by OpenCV, which fails on names beyond ASCII under Windows.
    try:
        encoded = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise cannot_read(path, error, VideoError) from error
    if not encoded.size:
        raise VideoError("the file is empty", where=str(path), fix="copy it again, or remove it from the folder")
    return encoded
