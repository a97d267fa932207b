"""Keeps resized frames on disk, so that training never seeks in videos: raw and memory-mapped, packed, or not at all.

A file is named after the fingerprint of its video and how frames were prepared, so that a video that changed is decoded
anew. Packed frames take about a quarter of the room, and 2 ms a clip where raw ones take 0.03 (docs/performance.md).

Axes: T frames, H, W.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.lib.format import open_memmap

from deg_core.data.frames import FramePreparation, Frames
from deg_core.data.whole_file import writing_beside
from deg_core.interfaces import VideoReader
from deg_core.progress import Progress, Task
from deg_core.project.files import DAMAGED_ARRAYS, fingerprint
from deg_core.training.frames import FrameSource, VideoFrames

_BLOCK_FRAMES = 64
_PACKED_FRAMES = 8
"""Frames that are packed together: a clip of 11 unpacks 16 or 24."""
_LEFT_FREE = 1_000_000_000
"""Bytes of the disk that are left to others."""
_GB = 1e9


class KeptFrames:
    """Frames in a file, which is opened when first read from, in whichever process that happens.

    Args:
        path: The file.
        size: Height and width of its frames.

    Raises:
        Any of `DAMAGED_ARRAYS`: It is missing, damaged, or holds something else.
    """

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.path = path
        self._frames: Any = None
        shape, dtype = self._open().shape, self._open().dtype
        if dtype != np.uint8 or shape[1:] != (*size, 3):
            raise ValueError(f"{shape} of {dtype}")
        self.n_frames = int(shape[0])

    def read(self, start: int, stop: int) -> Frames:
        """See `FrameSource.read`."""
        return np.array(self._open()[start:stop])  # a copy: torch warns of tensors on memory it may not write

    def _open(self) -> Any:
        if self._frames is None:
            is_raw = self.path.suffix == ".npy"
            self._frames = open_memmap(self.path, mode="r") if is_raw else h5py.File(self.path, "r")["frames"]
        return self._frames

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_frames": None}


@dataclass(frozen=True, slots=True)
class CachePlan:
    """Where resized frames are kept, and how much of them.

    Attributes:
        folder: A folder for each recording goes in here.
        preparation: How frames are cropped and resized.
        gigabytes: Room for all recordings together; 0: none is kept.
    """

    folder: Path
    preparation: FramePreparation
    gigabytes: float

    def path(self, name: str, video_path: Path, suffix: str = ".npy") -> Path:
        """The file of a recording: another one for another video, size, crop or way to resize."""
        height, width = self.preparation.size
        crop = "" if self.preparation.crop is None else "-crop" + "_".join(map(str, self.preparation.crop))
        resize = "" if self.preparation.resize == "area" else f"-{self.preparation.resize}"
        return self.folder / name / f"{fingerprint(video_path)}-{height}x{width}{crop}{resize}{suffix}"

    def kept(self, name: str, video_path: Path) -> KeptFrames | None:
        """Frames of a recording that are there; None where there are none, or only a damaged file."""
        for suffix in (".npy", ".h5"):
            path = self.path(name, video_path, suffix)
            with suppress(*DAMAGED_ARRAYS):
                return KeptFrames(path, self.preparation.size)
        return None

    def make_room(self, n_bytes: int, wanted: set[Path]) -> int:
        """Room for `n_bytes` more beside what is wanted, made of frames that are not, the oldest first.

        Returns:
            Bytes that may be written, which can be fewer: by `gigabytes`, or as the disk is that full.
        """
        sizes = {path: path.stat() for path in self.folder.glob("*/*-*x*.*") if path.suffix in (".npy", ".h5")}
        left = int(self.gigabytes * _GB) - sum(each.st_size for each in sizes.values())
        for path in sorted(sizes.keys() - wanted, key=lambda each: sizes[each].st_mtime):
            if left < n_bytes:
                left += sizes[path].st_size
                with suppress(OSError):  # another process may be reading it
                    path.unlink()
        there = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return min(left, shutil.disk_usage(there).free - _LEFT_FREE)


@contextmanager
def open_sources(
    videos: Mapping[str, Path],
    open_video: Callable[[Path], VideoReader],
    plan: CachePlan,
    progress: Progress,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[dict[str, FrameSource]]:
    """Open the frames of recordings, by name. Videos are decoded once, if the results fit into the cache.

    Args:
        videos: Of the recordings.
        open_video: Opens one.
        plan: Where frames are kept.
        progress: Who is told how far it is.
        tell: Who is told, in a sentence, that there is too little room, and what happens instead.

    Raises:
        ProjectError: The disk is full.
        VideoError: A video cannot be read.
    """
    kept = {name: plan.kept(name, video_path) for name, video_path in videos.items()}
    sources: dict[str, FrameSource] = {name: source for name, source in kept.items() if source is not None}
    with ExitStack() as stack:
        missing: dict[str, VideoFrames] = {}
        for name in sorted(videos.keys() - sources.keys()):
            video = open_video(videos[name])
            stack.callback(video.close)
            missing[name] = VideoFrames(video, plan.preparation, name)
        wanted = {source.path for source in kept.values() if source is not None}
        if missing and plan.gigabytes:
            sources |= _keep(missing, videos, plan, wanted, progress, tell)
        yield {**missing, **sources}


def _keep(
    missing: Mapping[str, VideoFrames],
    videos: Mapping[str, Path],
    plan: CachePlan,
    wanted: set[Path],
    progress: Progress,
    tell: Callable[[str], None],
) -> dict[str, FrameSource]:
    """Write frames that are not there yet: raw, or packed where that does not fit; as many as do."""
    height, width = plan.preparation.size
    n_bytes = sum(source.n_frames for source in missing.values()) * height * width * 3
    room = plan.make_room(n_bytes, wanted)
    is_raw = n_bytes <= room
    if not is_raw:
        tell(f"{n_bytes / _GB:.3g} GB of resized frames, but room for {max(0, room) / _GB:.3g} (cache_gb, or the disk):"
             " they are packed, which is slower to read")  # fmt: skip
    found: dict[str, FrameSource] = {}
    for name, source in missing.items():
        path = plan.path(name, videos[name], ".npy" if is_raw else ".h5")
        try:
            with writing_beside(path) as part, progress.task(f"frames of {name}", source.n_frames) as task:
                (_write_raw if is_raw else _Packed(room))(part, source, task)
        except _NoRoomError:
            tell(f"frames of {', '.join(missing.keys() - found.keys())} do not fit even so: each clip is sought in the"
                 " video, which is slow; free some room, raise cache_gb, or lower image.size")  # fmt: skip
            break
        room -= path.stat().st_size
        found[name] = KeptFrames(path, plan.preparation.size)
        for stale in {*path.parent.glob("*-*x*.npy"), *path.parent.glob("*-*x*.h5")} - {path}:
            with suppress(OSError):  # another process may be reading it
                stale.unlink()
    return found


def _blocks(source: FrameSource, task: Task) -> Iterator[tuple[int, Frames]]:
    for start in range(0, source.n_frames, _BLOCK_FRAMES):
        block = source.read(start, min(start + _BLOCK_FRAMES, source.n_frames))
        yield start, block
        task.advance(len(block))


def _write_raw(path: Path, source: FrameSource, task: Task) -> None:
    """Write as a stream: on a full disk a memory map would end the process, a stream says so."""
    with path.open("wb") as file:
        for start, block in _blocks(source, task):
            if start == 0:
                shape = (source.n_frames, *block.shape[1:])
                header = {"descr": "|u1", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
            file.write(block.tobytes())


class _NoRoomError(Exception):
    """What is written would take more room than there is."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """Writes frames packed, as long as there is room."""

    room: int

    def __call__(self, path: Path, source: FrameSource, task: Task) -> None:
        with h5py.File(path, "w") as file:
            frames: h5py.Dataset | None = None
            for start, block in _blocks(source, task):
                if frames is None:
                    shape = (source.n_frames, *block.shape[1:])
                    chunks = (min(_PACKED_FRAMES, source.n_frames), *block.shape[1:])
                    frames = file.create_dataset("frames", shape, np.uint8, chunks=chunks, compression="gzip")
                frames[start : start + len(block)] = block
                if frames.id.get_storage_size() > self.room:
                    raise _NoRoomError
