"""Reads a video as a project does, and holds every answer against another way to find it out."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from video_kinds import N_FRAMES, numbers_shown

from deg_core import open_video
from deg_core.api import TimedVideoReader, VideoError, VideoReader
from deg_core.catalog import load_catalog
from deg_plugins_io.doctor.examination import examine

CATALOG = load_catalog()
RAW = {"frames_per_second": 25.0}
av.logging.set_level(None)


def read_file(path: Path) -> str:
    """By the reader that is taken by itself.

    Returns:
        `whole`: as it was written, in any order. `said`: not so, and `deg doctor` says that something is wrong.
        `quiet`: not so, and nobody can tell: pixels of codecs without check sums are other pixels.
    """
    settings = RAW if path.suffix == ".mjpeg" else {}
    video = open_video(path, settings=settings, catalog=CATALOG)
    try:
        frames = _read_each(video)
        _check_times(video)
        said = [finding.kind for finding in examine(path, settings).findings if finding.level != "note"]
        _check_count(path, frames)
        differs = _differ_in_another_order(video, frames)
        is_whole = _numbers(frames) == list(range(N_FRAMES)) and not differs
        return (
            "whole" if is_whole else "said" if said else f"quiet: shows {_numbers(frames)}, in another order {differs}"
        )
    finally:
        video.close()


def read_with_opencv(path: Path) -> str:
    """By the other reader of video files: times, sizes and counts hold, and every order gives the same."""
    return _read_by(path, "opencv", RAW)


def read_folder(path: Path) -> str:
    """A folder of stills."""
    return _read_by(path, "images", RAW)


def read_hdf5(path: Path) -> str:
    """An HDF5 file."""
    return _read_by(path, "hdf5", {})


def _read_by(path: Path, reader: str, settings: dict[str, float]) -> str:
    video = open_video(path, reader, settings, catalog=CATALOG)
    try:
        frames = _read_each(video)
        _check_times(video)
        assert _differ_in_another_order(video, frames) == []
        return "whole" if _numbers(frames) == list(range(N_FRAMES)) else "other"
    finally:
        video.close()


def _read_each(video: VideoReader) -> list[np.ndarray | None]:
    """Every frame by itself; None for one that is refused."""
    frames: list[np.ndarray | None] = []
    for index in range(video.n_frames):
        try:
            frames.append(video.read(index, index + 1)[0])
        except VideoError:
            frames.append(None)
    return frames


def _check_times(video: VideoReader) -> None:
    assert video.n_frames > 0
    assert 0 < video.frames_per_second < 1e9
    if isinstance(video, TimedVideoReader):
        assert video.times_s.shape == (video.n_frames,)
        assert video.times_s[0] == 0
        assert (np.diff(video.times_s) > 0).all()


def _check_count(path: Path, frames: list[np.ndarray | None]) -> None:
    """What decodes in turn is read; at best more, where a later key frame brings what a damaged one lacks."""
    readable = sum(frame is not None for frame in frames)
    counted = _count_by_decoding(path)
    assert readable >= counted, f"reads {readable} frames, {counted} decode"


def _count_by_decoding(path: Path) -> int:
    """Frames of the first one's size, which all frames of a video have to have."""
    sizes: list[tuple[int, int]] = []
    with av.open(str(path), metadata_errors="replace") as container:
        if not container.streams.video:
            return 0
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.FFmpegError):
                break
            if packet.size:
                sizes += _shown(stream, packet)
        sizes += _shown(stream, None)
    return sizes.count(sizes[0])


def _shown(stream: av.VideoStream, packet: av.Packet | None) -> list[tuple[int, int]]:
    try:
        frames = stream.codec_context.decode(packet)
    except av.FFmpegError:
        return []
    return [(frame.width, frame.height) for frame in frames if (frame.pts or 0) >= 0 and _becomes_rgb(frame)]


def _becomes_rgb(frame: av.VideoFrame) -> bool:
    try:
        frame.reformat(format="rgb24")
    except av.FFmpegError:  # damage named colours that there are not
        return False
    return True


def _differ_in_another_order(video: VideoReader, frames: list[np.ndarray | None]) -> list[int]:
    differs = []
    for index in reversed(range(len(frames))):
        try:
            again = video.read(index, index + 1)[0]
        except VideoError:
            again = None
        if (again is None) != (frames[index] is None) or not np.array_equal(again, frames[index]):
            differs.append(index)
    return differs


def _numbers(frames: list[np.ndarray | None]) -> list[int | None]:
    """What is shown by each frame; -1 where it cannot be told, as in damaged pictures; None for a refused one."""
    return [None if frame is None else _number(frame) for frame in frames]


def _number(frame: np.ndarray) -> int:
    return numbers_shown(frame[None])[0] if frame.shape[0] >= 30 and frame.shape[1] >= 16 else -1
