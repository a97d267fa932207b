"""Keeps what a camera shows: Matroska with the true time of each frame, readable to its last second after a crash.

Axes: H, W.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

import numpy as np
from deg_core.api import VideoError
from numpy.typing import NDArray

from deg_live.capture import Capture

MOST_BYTES = 512 << 20
"""Of pictures that wait to be written. More would fill the memory of a machine whose disk is too slow."""

_TIME_BASE = Fraction(1, 1000)  # Matroska's
_BT601 = 6  # SMPTE 170M, the matrix that OpenCV converts RGB with
_CLUSTER = {"cluster_time_limit": "1000", "flush_packets": "1"}
"""A second of frames is on the disk when the next begins."""


class Matroska:
    """An open file.

    Args:
        path: The file.
        size: Height and width of its pictures, pixels.
        frames_per_second: About so many come, Hz.
        crf: x264's constant rate factor: 18 looks lossless, 0 is, as far as colours in YUV can be.
    """

    def __init__(self, path: Path, size: tuple[int, int], frames_per_second: float, crf: int) -> None:
        import av

        if "libx264" not in av.codecs_available:
            raise VideoError(
                "FFmpeg cannot write H.264 here",
                where="PyAV",
                fix="pip install --force-reinstall av, or go without: --no-recording",
            )
        self._is_even = size[0] % 2 == 0 and size[1] % 2 == 0
        self._last_pts = -1
        self._container = av.open(str(path), "w", format="matroska", options=_CLUSTER)
        rate = Fraction(frames_per_second).limit_denominator(1001)
        # Nothing waits in the encoder, and a second is all that can be lost when the machine stops.
        options = {"crf": str(crf), "preset": "ultrafast", "tune": "zerolatency", "g": str(max(1, round(rate)))}
        self._stream: Any = self._container.add_stream("libx264", rate=rate, options=options)
        self._stream.height, self._stream.width = size
        self._stream.pix_fmt = "yuv420p" if self._is_even else "yuv444p"
        self._stream.codec_context.time_base = _TIME_BASE
        self._stream.codec_context.colorspace = _BT601

    def write(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Write a frame; RGB, 0..255; shape (H, W, 3)."""
        frame = self._frame_of(picture)
        self._last_pts = max(self._last_pts + 1, round(time_s / _TIME_BASE))
        frame.pts, frame.time_base = self._last_pts, _TIME_BASE
        self._container.mux(self._stream.encode(frame))

    def _frame_of(self, picture: NDArray[np.uint8]) -> Any:
        import av
        import cv2

        if self._is_even:  # several times as fast as FFmpeg's own
            planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
            return av.VideoFrame.from_ndarray(planes, format="yuv420p")
        return av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv444p", dst_colorspace="itu601")

    def close(self) -> None:
        """Write what is left and the index."""
        self._container.mux(self._stream.encode(None))
        self._container.close()


class Recorder:
    """Writes frames in a thread of its own. A disk that fails stops the recording and nothing else.

    Args:
        path: The file.
        frames_per_second: About so many come, Hz.
        crf: See `Matroska`.
        say: Is told, once, what went wrong.

    Attributes:
        n_written: Frames in the file.
        n_lost: Frames that are not in it, since it could not be written or not fast enough.
    """

    def __init__(self, path: Path, frames_per_second: float, crf: int, say: Callable[[str], None]) -> None:
        self.path, self.n_written, self.n_lost = path, 0, 0
        self._rate, self._crf, self._say = frames_per_second, crf, say
        self._captures: SimpleQueue[Capture] = SimpleQueue()
        self._failed = False
        self._over = Event()
        self._file: Matroska | None = None
        self._thread = Thread(target=self._write_all, name="recording", daemon=True)
        self._thread.start()

    def put(self, capture: Capture) -> None:
        """Let a frame be written. Never blocks."""
        size = 0 if capture.picture is None else capture.picture.nbytes
        if self._failed or self._captures.qsize() * size > MOST_BYTES:
            if not self.n_lost and not self._failed:
                self._say(
                    f"{self.path.name}: cannot be written fast enough; frames are missing from {capture.frame} on"
                )
            self.n_lost += 1
            return
        self._captures.put(capture)

    def close(self) -> None:
        """Wait until all is written."""
        self._over.set()
        self._thread.join()

    def _write_all(self) -> None:
        while True:
            try:
                capture = self._captures.get(timeout=0.1)
            except Empty:
                if self._over.is_set() and self._captures.empty():
                    break
                continue
            self._trying(lambda capture=capture: self._write(capture))  # type: ignore[misc]
        if self._file is not None and not self._failed:
            self._trying(self._file.close)

    def _trying(self, write: Callable[[], None]) -> None:
        if self._failed:
            self.n_lost += 1
            return
        try:
            write()
        except (OSError, ValueError, VideoError) as error:  # PyAV's errors are children of the first two
            self._failed = True
            self.n_lost += 1
            self._say(f"{self.path.name}: the recording has stopped after {self.n_written} frames: {error}")

    def _write(self, capture: Capture) -> None:
        assert capture.picture is not None
        if self._file is None:
            height, width = capture.picture.shape[:2]
            self._file = Matroska(self.path, (height, width), self._rate, self._crf)
        self._file.write(capture.picture, capture.time_s)
        self.n_written += 1
