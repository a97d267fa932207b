"""Where training clips come from: resized frames kept on disk, or the video itself.

Axes: T frames, H, W.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import FramePreparation, Frames, pad_frames
from deg_core.data.whole_file import writing_beside
from deg_core.interfaces import VideoReader
from deg_core.progress import Progress, Task
from deg_core.project.files import fingerprint
from deg_core.project.prepared_frames import read_prepared

_BLOCK_FRAMES = 64
_GB = 1e9


class FrameSource(Protocol):
    """Prepared frames of one recording. Survives pickling.

    Attributes:
        n_frames: Frames in the recording.
    """

    n_frames: int

    def read(self, start: int, stop: int) -> Frames:
        """Frames `start` up to `stop`, RGB, uint8; shape (stop - start, H, W, 3)."""


@dataclass(frozen=True, slots=True)
class Padding:
    """What stands before the first frame and after the last.

    Attributes:
        kind: `edge` for the outermost frame again, `mean` for the mean colour.
        mean_colour: RGB, uint8; shape (3,).
    """

    kind: Literal["edge", "mean"]
    mean_colour: NDArray[np.uint8]


def read_clip(source: FrameSource, start: int, stop: int, padding: Padding) -> Frames:
    """Frames `start` up to `stop`, padded where they lie outside the recording; some must lie inside."""
    low, high = max(0, start), min(stop, source.n_frames)
    return pad_frames(source.read(low, high), low - start, stop - high, padding.kind, padding.mean_colour)


class CachedFrames:
    """Frames in a memory-mapped file, which is opened when first read from, in whichever process that happens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._frames: NDArray[np.uint8] | None = None
        self.shape = self._open().shape
        self.n_frames = len(self._open())

    def read(self, start: int, stop: int) -> Frames:
        """See `FrameSource.read`."""
        return np.array(self._open()[start:stop])  # a copy: torch warns of tensors on memory it may not write

    def _open(self) -> NDArray[np.uint8]:
        if self._frames is None:
            frames = np.load(self.path, mmap_mode="r")
            if not isinstance(frames, np.memmap) or frames.dtype != np.uint8:
                raise ValueError("no frames")
            self._frames = frames
        return self._frames

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_frames": None}


class VideoFrames:
    """Frames straight from a video."""

    def __init__(self, video: VideoReader, preparation: FramePreparation, name: str) -> None:
        self.n_frames = video.n_frames
        self._video = video
        self._preparation = preparation
        self._name = name

    def read(self, start: int, stop: int) -> Frames:
        """See `FrameSource.read`."""
        return read_prepared(self._video, self._preparation, start, stop, self._name)


@dataclass(frozen=True, slots=True)
class CachePlan:
    """Where resized frames are kept, and how much of them.

    Attributes:
        folder: A folder for each recording goes in here.
        preparation: How frames are cropped and resized.
        gigabytes: Room for all recordings together; if that is too little, videos are read directly.
    """

    folder: Path
    preparation: FramePreparation
    gigabytes: float

    def path(self, name: str, video_path: Path) -> Path:
        """The file of a recording: another one for another video, size, crop or way to resize."""
        height, width = self.preparation.size
        crop = "" if self.preparation.crop is None else "-crop" + "_".join(map(str, self.preparation.crop))
        resize = "" if self.preparation.resize == "area" else f"-{self.preparation.resize}"
        return self.folder / name / f"{fingerprint(video_path)}-{height}x{width}{crop}{resize}.npy"


@contextmanager
def open_sources(
    videos: Mapping[str, Path], open_video: Callable[[Path], VideoReader], plan: CachePlan, progress: Progress
) -> Iterator[dict[str, FrameSource]]:
    """Open the frames of recordings, by name. Videos are decoded once, if the results fit into the cache.

    Raises:
        ProjectError: The disk is full.
        VideoError: A video cannot be read.
    """
    paths = {name: plan.path(name, video_path) for name, video_path in videos.items()}
    sources = _kept(paths, plan.preparation.size)
    with ExitStack() as stack:
        for name in videos.keys() - sources.keys():
            video = open_video(videos[name])
            stack.callback(video.close)
            sources[name] = VideoFrames(video, plan.preparation, name)
        height, width = plan.preparation.size
        n_bytes = sum(source.n_frames for source in sources.values()) * height * width * 3
        if n_bytes <= plan.gigabytes * _GB:
            for name in sorted(videos.keys()):
                sources[name] = _cached(sources[name], paths[name], name, progress)
        yield sources


def _kept(paths: Mapping[str, Path], size: tuple[int, int]) -> dict[str, FrameSource]:
    """Frames that were decoded before; what is damaged is decoded anew."""
    found: dict[str, FrameSource] = {}
    for name, path in paths.items():
        if path.is_file():
            with suppress(OSError, ValueError, EOFError, TypeError):
                frames = CachedFrames(path)
                if frames.shape[1:] == (*size, 3):
                    found[name] = frames
    return found


def _write_frames(path: Path, source: FrameSource, task: Task) -> None:
    """Write as a stream: on a full disk a memory map would end the process, a stream says so."""
    with path.open("wb") as file:
        for start in range(0, source.n_frames, _BLOCK_FRAMES):
            block = source.read(start, min(start + _BLOCK_FRAMES, source.n_frames))
            if start == 0:
                shape = (source.n_frames, *block.shape[1:])
                header = {"descr": "|u1", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
            file.write(block.tobytes())
            task.advance(len(block))


def _cached(source: FrameSource, path: Path, name: str, progress: Progress) -> FrameSource:
    if isinstance(source, CachedFrames):
        return source
    with writing_beside(path) as part, progress.task(f"frames of {name}", source.n_frames) as task:
        _write_frames(part, source, task)
    for stale in set(path.parent.glob("*.npy")) - {path}:
        with suppress(OSError):  # another process may be reading it
            stale.unlink()
    return CachedFrames(path)
