"""Reads frames from a dataset of an HDF5 file: an array of pixels, or a list of encoded pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
from numpy.typing import NDArray

from deg_core.api import VideoError, open_hdf5, require_span
from deg_plugins_io.bit_depth import to_8_bits
from deg_plugins_io.frame_times import regular_times
from deg_plugins_io.hdf5_heap import is_packed, require_sound_heap
from deg_plugins_io.refusals import rate_unknown, require_file, undecodable, unequal_sizes
from deg_plugins_io.settings import Hdf5Settings
from deg_plugins_io.stills import LARGEST, decode_still

_RATE_NAMES = ("frames_per_second", "fps", "frame_rate")
_MOST_FRAMES = 10**8
"""More than a month at 30 frames per second."""
_SAME_RATE = 1e-3
"""Share by which two statements of one rate may differ: 29.97 stands for 30000 / 1001."""


class Hdf5Video:
    """Frames in an open HDF5 file. The file is opened when it is first read, also after pickling or `close`.

    Attributes:
        n_frames: Frames in the dataset.
        frames_per_second: As set, or as the file's attributes say, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: Hdf5Settings) -> None:
        self._path = path
        self._settings = settings
        self._file: h5py.File | None = None
        self._size: tuple[int, ...] | None = None
        with _refusing("the file is damaged", path):
            self._name = _choose_dataset(self._open(), settings.dataset, path)
            dataset = self._dataset()
            if dataset.ndim == 1 and is_packed(dataset):
                open_hdf5(path).close()  # which looks at all of the file
            self.n_frames = len(dataset)
            self.frames_per_second = _rate_of(dataset, settings.frames_per_second, path)
            _require_possible(dataset, path)
        self.times_s = regular_times(self.n_frames, self.frames_per_second)
        self._swaps = settings.channel_order == "bgr" or (
            settings.channel_order == "auto" and dataset.ndim == 1 and self._name == "frame"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_file": None}

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        require_span(start, stop, self.n_frames, self._path)
        dataset = self._dataset()
        if dataset.ndim == 1:
            require_sound_heap(self._path, dataset, start, stop)
        with _refusing(f"frames {start} to {stop} cannot be read", self._path):
            stored = dataset[start:stop]
        frames = self._decode(stored, start) if dataset.ndim == 1 else _with_colours(stored)
        if frames.dtype == np.uint16:
            frames = to_8_bits(frames, self._settings.bit_depth)
        return np.ascontiguousarray(frames[..., ::-1] if self._swaps else frames)

    def _open(self) -> h5py.File:
        if self._file is None:
            require_file(self._path, VideoError)
            try:
                self._file = open_hdf5(self._path, None)
            except OSError as error:
                raise VideoError(
                    f"not an HDF5 file that can be opened ({error})",
                    where=str(self._path),
                    fix="if another program is writing it, close that; if it was cut, copy it again",
                ) from error
        return self._file

    def _dataset(self) -> h5py.Dataset:
        return self._open()[self._name]

    def _decode(self, stored: NDArray[Any], start: int) -> NDArray[Any]:
        pictures = []
        for index, encoded in enumerate(stored, start=start):
            picture = decode_still(np.asarray(encoded, dtype=np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
            if picture is None:
                raise undecodable(index, self._path)
            self._size = self._size or picture.shape
            if picture.shape != self._size:
                raise unequal_sizes(index, picture.shape, self._size, self._path)
            pictures.append(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        return np.stack(pictures)


@contextmanager
def _refusing(problem: str, path: Path) -> Iterator[None]:
    """Whatever the HDF5 library says of a damaged file is a refusal."""
    try:
        yield
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError) as error:
        raise VideoError(f"{problem}: {error}", where=str(path), fix="copy the file again") from error


def _require_possible(dataset: h5py.Dataset, path: Path) -> None:
    """A damaged size may promise more frames, or larger ones, than any memory holds."""
    height, width = dataset.shape[1:3] if dataset.ndim > 1 else (0, 0)
    if len(dataset) > _MOST_FRAMES or height * width > LARGEST:
        raise VideoError(
            f"claims {len(dataset)} frames of {width} x {height} pixels",
            where=str(path),
            fix="the file is damaged: copy it again",
        )


def _with_colours(stored: NDArray[Any]) -> NDArray[Any]:
    """(T, H, W) or (T, H, W, 1) as (T, H, W, 3)."""
    grey = stored if stored.ndim == 4 else stored[..., None]
    return np.repeat(grey, 3, axis=3) if grey.shape[3] == 1 else grey


def _holds_frames(dataset: h5py.Dataset) -> bool:
    if not dataset.shape or not dataset.shape[0]:
        return False
    if dataset.ndim == 1:
        return bool(h5py.check_vlen_dtype(dataset.dtype) == np.dtype(np.uint8))
    is_picture = dataset.ndim == 3 or (dataset.ndim == 4 and dataset.shape[3] in {1, 3})
    return is_picture and np.dtype(dataset.dtype) in {np.dtype(np.uint8), np.dtype(np.uint16)}


def _choose_dataset(file: h5py.File, wanted: str | None, path: Path) -> str:
    found: dict[str, h5py.Dataset] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item

    file.visititems(visit)
    suitable = [name for name, dataset in found.items() if _holds_frames(dataset)]
    name = wanted.strip("/") if wanted is not None else None
    if name is None and len(suitable) == 1:
        return suitable[0]
    if name in suitable:
        return str(name)
    listed = ", ".join(f"{key} {dataset.shape} {dataset.dtype}" for key, dataset in found.items()) or "none"
    raise VideoError(
        _complaint(name, name in found, len(suitable)),
        where=str(path),
        fix="name one with the setting `dataset`: frames are (T, H, W) or (T, H, W, 3) of uint8 or uint16, "
        f"or a list of encoded pictures; the file's datasets: {listed}",
    )


def _complaint(name: str | None, is_there: bool, n_suitable: int) -> str:  # noqa: FBT001
    if name is not None:
        return f"dataset {name!r} does not hold frames" if is_there else f"there is no dataset {name!r}"
    return f"{n_suitable} datasets could be the frames" if n_suitable else "no dataset holds frames"


def _rate_of(dataset: h5py.Dataset, wanted: float | None, path: Path) -> float:
    stated = _stated_rate(dataset, path)
    if wanted and stated and abs(wanted - stated) > _SAME_RATE * stated:
        raise VideoError(
            f"the file says {stated:g} frames per second, the settings say {wanted:g}",
            where=str(path),
            fix="take the setting `frames_per_second` out, or correct it",
        )
    rate = wanted or stated
    if not rate or not rate > 0:
        raise rate_unknown(path)
    return rate


def _stated_rate(dataset: h5py.Dataset, path: Path) -> float | None:
    for name in _RATE_NAMES:
        for place in (dataset, dataset.parent, dataset.file):
            if name in place.attrs:
                if place.attrs.get_id(name).dtype.kind == "O":
                    open_hdf5(path).close()  # which looks at where texts lie
                return _number(place.attrs[name])
    return None


def _number(attribute: Any) -> float | None:
    try:
        return float(np.asarray(attribute).item())
    except (TypeError, ValueError):  # a note such as "30 Hz" is for people
        return None
