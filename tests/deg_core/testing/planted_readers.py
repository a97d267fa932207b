"""A good video reader and copies of it with one fault each, for `test_video_reader.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import os
import random
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from deg_core.descriptors import NoSettings, VideoReaderPlugin
from deg_core.errors import VideoError
from deg_core.testing import VideoReaderContract


class GoodVideo:
    def __init__(self, path: Path) -> None:
        try:
            with np.load(path) as archive:
                self.frames = archive["frames"]
                self.frames_per_second = float(archive["rate"])
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise VideoError(f"not an archive: {error}", where=str(path), fix="write it again") from None
        self.n_frames = len(self.frames)
        self.position = 0

    def check(self, start: int, stop: int) -> None:
        if not 0 <= start < stop <= self.n_frames:
            raise VideoError("no such frames", where=f"{start} to {stop}", fix=f"there are {self.n_frames}")

    def read(self, start: int, stop: int) -> Any:
        self.check(start, stop)
        return self.frames[start:stop].copy()

    def close(self) -> None:
        pass


class OffByOne(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        self.check(start, stop)
        return np.roll(self.frames, -1, axis=0)[start:stop].copy()


class BlueFirst(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        return super().read(start, stop)[..., ::-1]


class ShortLastRead(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        return super().read(start, stop)[: self.n_frames - 1 - start]


class FloatFrames(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        return super().read(start, stop).astype(np.float32)


class WrongLength(GoodVideo):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.n_frames += 1


class ForwardOnly(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        self.check(start, stop)
        start, stop = max(start, self.position), max(stop, self.position + stop - start)
        self.position = stop
        return self.frames[np.arange(start, stop) % self.n_frames].copy()


class Unpicklable(GoodVideo):
    def __getstate__(self) -> Any:
        raise TypeError("holds a decoder")


class ClosesOnce(GoodVideo):
    def close(self) -> None:
        del self.frames


class RateOffByAThousandth(GoodVideo):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.frames_per_second *= 1.001


class RefusesNothing(GoodVideo):
    def check(self, start: int, stop: int) -> None:
        pass


class SharesItsFrames(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        self.check(start, stop)
        return self.frames[start:stop]


class TimesInMilliseconds(GoodVideo):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.times_s = np.arange(self.n_frames) / self.frames_per_second * 1000


class ForgetsItsPlaceWhenPickled(GoodVideo):
    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state)
        self.frames = self.frames[::-1]


class KeepsEveryVideo(GoodVideo):
    kept: ClassVar[list[Any]] = []

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.kept.append(self.frames)


class LeavesItsFileOpen(GoodVideo):
    open_files: ClassVar[list[Any]] = []

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.open_files.append(os.open(path, os.O_RDONLY))


class DiesInAWorker(GoodVideo):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.process = os.getpid()

    def read(self, start: int, stop: int) -> Any:
        if os.getpid() != self.process:
            os._exit(7)
        return super().read(start, stop)


class FailsInAWorker(DiesInAWorker):
    def read(self, start: int, stop: int) -> Any:
        if os.getpid() != self.process:
            raise OSError("the handle is not open here")
        return super().read(start, stop)


class Seeds(GoodVideo):
    def read(self, start: int, stop: int) -> Any:
        random.seed(0)
        return super().read(start, stop)


def _contract(video: type[GoodVideo]) -> type[VideoReaderContract]:
    def open_video(path: Path, settings: NoSettings) -> Any:
        return video(path)

    class Contract(VideoReaderContract):
        suffix = ".npz"
        plugin = VideoReaderPlugin(
            name="npz", summary="frames", settings=NoSettings, suffixes=frozenset({".npz"}), open=open_video
        )

        def write_video(self, path: Path, frames: Any, frames_per_second: float) -> None:
            np.savez(path, frames=frames, rate=frames_per_second)

    Contract.__name__ = Contract.__qualname__ = f"Test{video.__name__}"
    return Contract


VIDEOS = (
    GoodVideo,
    OffByOne,
    BlueFirst,
    ShortLastRead,
    FloatFrames,
    WrongLength,
    ForwardOnly,
    Unpicklable,
    ClosesOnce,
    RateOffByAThousandth,
    RefusesNothing,
    SharesItsFrames,
    TimesInMilliseconds,
    ForgetsItsPlaceWhenPickled,
    KeepsEveryVideo,
    LeavesItsFileOpen,
    DiesInAWorker,
    FailsInAWorker,
    Seeds,
)
globals().update({f"Test{video.__name__}": _contract(video) for video in VIDEOS})
