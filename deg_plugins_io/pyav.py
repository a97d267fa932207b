"""Reads video files with PyAV (FFmpeg): exact counts, exact frames at any index, variable rates, turned pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from deg_core.api import FramePreparation, VideoError, require_span
from deg_plugins_io.decoder import UprightRgb, decode, open_stream, place_of, surviving_packets
from deg_plugins_io.frame_table import build_table
from deg_plugins_io.refusals import cannot_read, undecodable, unequal_sizes
from deg_plugins_io.settings import PyavSettings


class PyavVideo:
    """An open video file.

    Reading forward decodes each frame once; other reads begin at the key frame before. The file is opened when it is
    first read, also after pickling or `close`.

    Attributes:
        n_frames: Frames that decode, found out and not believed.
        frames_per_second: Mean rate, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: PyavSettings) -> None:
        self._path = path
        self._settings = settings
        self._table = build_table(path, settings.threads, settings.frames_per_second)
        self.n_frames = self._table.n_frames
        self.frames_per_second = self._table.frames_per_second
        self.times_s = self._table.times_s
        self._size: tuple[int, ...] | None = None
        self._forget()
        if settings.hwaccel is not None:  # refused now, not after the first hour of a batch
            self._open()[0].close()

    def _forget(self) -> None:
        self._opened: tuple[InputContainer, VideoStream] | None = None
        self._coming: Iterator[VideoFrame] | None = None
        self._to_rgb: UprightRgb | None = None
        self._next = 0

    def __getstate__(self) -> dict[str, Any]:
        # Nothing of a decoder survives pickling; the table does, so that other processes need not build it again.
        gone = {"_opened": None, "_coming": None, "_to_rgb": None, "_next": 0}
        return {**self.__dict__, **gone}

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        if self._opened is not None:
            self._opened[0].close()
        self._forget()

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        return self._read(start, stop, lambda frame: self._converter()(frame))

    def read_scaled(self, start: int, stop: int, preparation: FramePreparation) -> NDArray[np.uint8]:
        """See `ScalesFrames.read_scaled`."""
        return self._read(start, stop, lambda frame: self._converter().scaled(frame, preparation))

    def _read(self, start: int, stop: int, convert: Callable[[VideoFrame], NDArray[np.uint8]]) -> NDArray[np.uint8]:
        require_span(start, stop, self.n_frames, self._path)
        try:
            first = convert(self._checked(start))
            frames = np.empty((stop - start, *first.shape), dtype=np.uint8)
            frames[0] = first
            for index in range(start + 1, stop):
                frames[index - start] = convert(self._checked(index))
        except (av.FFmpegError, OSError) as error:
            self.close()
            raise cannot_read(self._path, error, VideoError) from error
        return frames

    def _converter(self) -> UprightRgb:
        if self._to_rgb is None:
            self._to_rgb = UprightRgb(self._settings.bit_depth)
        return self._to_rgb

    def _checked(self, index: int) -> VideoFrame:
        """A frame, of the size of all others when upright."""
        frame = self._frame(index)
        size = (frame.height, frame.width) if round(frame.rotation / 90) % 2 == 0 else (frame.width, frame.height)
        if self._size is None:
            self._size = size
        if size != self._size:
            raise unequal_sizes(index, size, self._size, self._path)
        return frame

    def _frame(self, index: int) -> VideoFrame:
        """Decode one frame: on from where we are if that is nearest, else from the entries before it."""
        nearest = self._table.entry_before(index)
        is_ahead = self._coming is not None and self._next <= index
        if is_ahead and (nearest < 0 or self._table.entries[nearest, 0] <= self._next):
            frame = self._pull(index)
            if frame is not None:
                return frame
        # One entry further back serves streams whose key frames lean on what came before; the start serves all.
        for entry in dict.fromkeys((nearest, max(nearest - 1, -1), -1)):
            frame = self._pull(index) if self._enter(entry) else None
            if frame is not None:
                return frame
        raise undecodable(index, self._path)

    def _enter(self, entry: int) -> bool:
        """Begin decoding at an entry, or at the start for -1. False where the file does not lead there."""
        if entry < 0 or self._opened is None:
            self.close()
            self._opened = self._open()
            container, stream = self._opened
            self._next, self._coming = 0, decode(stream, surviving_packets(container, stream))
        if entry < 0:
            return True
        if self._next == 0:
            # The first packet may tell the decoder what it needs for all others, as x264 tells its version, without
            # which 4:4:4 streams of older ones decode to garbage.
            next(self._coming or iter(()), None)
        container, stream = self._opened
        self._next, stamp = self._table.entries[entry, :2].tolist()
        try:
            container.seek(stamp, stream=stream)
        except av.FFmpegError:  # a damaged index
            return False
        self._coming = self._frames_after_seek(stream, surviving_packets(container, stream), stamp)
        return self._coming is not None

    def _frames_after_seek(
        self, stream: VideoStream, packets: Iterator[Packet[VideoStream]], stamp: int
    ) -> Iterator[VideoFrame] | None:
        """Frames from an entry on; None where it is not proven which they are."""
        first = next((packet for packet in packets if packet.is_keyframe), None)
        if first is None:
            return None
        if self._table.stamps is None:
            # Counting is only right if it begins at the packet that the table means.
            is_meant = first.dts == stamp and self._table.is_entry(first.dts, *place_of(first))
            return decode(stream, chain([first], packets)) if is_meant else None
        # After a seek some containers give wrong time stamps; a key frame under a stamp that the table knows is right.
        if not self._table.is_entry(first.pts, *place_of(first)):
            return None
        frames = decode(stream, chain([first], packets))
        key = next((frame for frame in frames if frame.key_frame), None)
        is_known = key is not None and key.pts in self._table.entries[:, 1]
        return chain([key], frames) if key is not None and is_known and not key.is_corrupt else None

    def _open(self) -> tuple[InputContainer, VideoStream]:
        return open_stream(self._path, 1 if self._table.is_damaged else self._settings.threads, self._settings.hwaccel)

    def _pull(self, index: int) -> VideoFrame | None:
        """Decode forward until a frame; None where the decoder goes past it or ends."""
        stamps = self._table.stamps
        for frame in self._coming or ():
            if stamps is None:
                self._next += 1
                is_there, is_past = self._next == index + 1, False
            else:
                is_there = frame.pts == stamps[index]
                is_past = frame.pts is not None and frame.pts > stamps[index]
            if is_there:
                self._next = index + 1
                return frame
            if is_past:
                break
        self._coming = None
        return None
