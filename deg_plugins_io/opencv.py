"""Reads video files with OpenCV. Slower to open than `pyav`, since what a file holds has to be found out first.

OpenCV's own frame numbers are guessed from a mean rate, and are wrong with variable rates and cut files. Here frames
are counted by decoding all of them once, and a jump counts only where the time stamp proves which frame it led to.
Of a file that was cut OpenCV decodes a few frames less than `pyav`, and frames of another size than the first, which
`pyav` refuses, it scales without a word. One thread decodes: several fill the gaps of damaged files with whatever
another of them has ready, which depends on what was read before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deg_core.api import VideoError, require_span
from deg_plugins_io.frame_times import regular_times, settle_times
from deg_plugins_io.refusals import rate_unknown, require_file, undecodable
from deg_plugins_io.settings import OpencvSettings

_TICK_S = 1e-3
"""OpenCV gives times in milliseconds, which matroska rounds to whole ones."""
_ONE_THREAD = (cv2.CAP_PROP_N_THREADS, 1)
_FAR = 64
"""Frames that are quicker to skip than to jump over."""


class OpencvVideo:
    """An open video file. The file is opened when it is first read, also after pickling or `close`.

    Attributes:
        n_frames: Frames that decode, counted.
        frames_per_second: Mean rate, Hz.
        times_s: When each frame was taken, seconds since the first; shape (T,), float64.
    """

    def __init__(self, path: Path, settings: OpencvSettings) -> None:
        self._path = path
        self._capture: cv2.VideoCapture | None = None
        self._next = 0
        self._stamps_ms, stated, n_claimed = _decode_all(path)
        self.n_frames = len(self._stamps_ms)
        rate = stated if n_claimed > 0 else settings.frames_per_second
        if not rate or rate <= 0:
            raise rate_unknown(path)
        # Files of some containers, avi among them, show no time on every frame; their rate is even.
        self._has_stamps = n_claimed > 0 and bool((np.diff(self._stamps_ms) > 0).all())
        settled = settle_times(self._stamps_ms / 1e3, _TICK_S, [rate]) if self._has_stamps else None
        self.times_s, self.frames_per_second = settled or (regular_times(self.n_frames, rate), rate)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_capture": None}

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        if self._capture is not None:
            self._capture.release()
        self._capture = None
        self._next = 0

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        require_span(start, stop, self.n_frames, self._path)
        first = self._picture(start)
        frames = np.empty((stop - start, *first.shape), dtype=np.uint8)
        frames[0] = first
        for index in range(start + 1, stop):
            frames[index - start] = self._picture(index)
        return frames

    def _picture(self, index: int) -> NDArray[np.uint8]:
        capture = self._go_to(index)
        is_there, picture = capture.retrieve()
        if not is_there:
            raise undecodable(index, self._path)
        rgb: NDArray[np.uint8] = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
        return rgb

    def _go_to(self, index: int) -> cv2.VideoCapture:
        """Grab frame `index`: onward where it is near, by a proven jump where that works, else from the start."""
        is_near = self._capture is not None and 0 <= index - self._next < _FAR
        if not is_near and not self._jump(index):
            self.close()
        if self._capture is None:
            self._capture = _open(self._path)
        while self._next <= index:
            if not self._capture.grab():
                raise undecodable(self._next, self._path)
            self._next += 1
        return self._capture

    def _jump(self, index: int) -> bool:
        """Try OpenCV's seeking; False where it leads to no frame at or before `index` that its time stamp tells."""
        if not self._has_stamps or self._capture is None or index < _FAR:
            return False
        # One frame short, so that the one asked for is then grabbed as in forward reading.
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, index - 1)
        if not self._capture.grab():
            return False
        stamp_ms = self._capture.get(cv2.CAP_PROP_POS_MSEC)
        reached = int(np.searchsorted(self._stamps_ms, stamp_ms))
        if reached >= index or self._stamps_ms[reached] != stamp_ms:
            return False
        self._next = reached + 1
        return True


def _open(path: Path) -> cv2.VideoCapture:
    require_file(path, VideoError)
    # FFmpeg by name: other back ends take a file called frame_001.png for a whole sequence.
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, _ONE_THREAD)
    if not capture.isOpened():
        raise VideoError(
            "not a video that OpenCV can open",
            where=str(path),
            fix="if it plays nowhere else it was cut or never finished: copy it again; else use the reader `pyav`",
        )
    return capture


def _decode_all(path: Path) -> tuple[NDArray[np.float64], float, int]:
    """Decode every frame: their times in ms, the rate in Hz and the length in frames that the file states.

    Where it states no length the latter is negative, and the rate is OpenCV's invention.
    """
    capture = _open(path)
    stamps_ms = []
    while capture.grab():
        stamps_ms.append(capture.get(cv2.CAP_PROP_POS_MSEC))
    rate, length = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
    capture.release()
    if not stamps_ms:
        raise VideoError("no frame in it decodes", where=str(path), fix="copy it again, or convert it to mp4 (H.264)")
    return np.array(stamps_ms, dtype=np.float64), float(rate), int(length)
