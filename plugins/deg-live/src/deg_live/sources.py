"""Where frames come from: a camera, a stream, or a file that is played at its true speed.

Axes: H, W.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from deg_core.api import TimedVideoReader, VideoError, VideoReader
from numpy.typing import NDArray

from deg_live.clock import Clock

Picture = NDArray[np.uint8]
Say = Callable[[str], None]

RETRY_S = 0.5
"""Between two attempts to reach a camera that has dropped out, seconds."""

_FALLBACK_RATE = 30.0
_TIMEOUT_MS = 5_000
_N_TRIED = 4


class Source(Protocol):
    """Gives frames at the speed at which they happen.

    Attributes:
        name: What it is called in messages.
        frames_per_second: About so many, Hz.
    """

    name: str
    frames_per_second: float

    def read(self) -> tuple[float, Picture] | None:
        """Wait for the next frame.

        Returns:
            When it was taken, seconds since some moment, and RGB, 0..255, shape (H, W, 3), uint8; None at the end.

        Raises:
            VideoError: It has dropped out for good.
        """

    def close(self) -> None:
        """Let go of it. May be called twice."""


class FilePlayed:
    """A file as if live.

    Args:
        path: Its path, for messages.
        video: The open file.
        clock: Tells when a frame is due.
    """

    def __init__(self, path: Path, video: VideoReader, clock: Clock) -> None:
        self.name, self.frames_per_second = path.name, video.frames_per_second
        self._video, self._clock = video, clock
        self._start_s: float | None = None
        self._next = 0

    def read(self) -> tuple[float, Picture] | None:
        """See `Source`. A frame comes when it is due, and later where reading it takes longer."""
        if self._next >= self._video.n_frames:
            return None
        picture = self._video.read(self._next, self._next + 1)[0]
        time_s = self._time_s(self._next)
        self._next += 1
        if self._start_s is None:
            self._start_s = self._clock.now() - time_s
        wait_s = self._start_s + time_s - self._clock.now()
        if wait_s > 0:
            self._clock.sleep(wait_s)
        return time_s, picture

    def _time_s(self, frame: int) -> float:
        if isinstance(self._video, TimedVideoReader):
            return float(self._video.times_s[frame])
        return frame / self._video.frames_per_second

    def close(self) -> None:
        """See `Source`."""
        self._video.close()


class Camera:
    """A camera of this machine, or a stream from elsewhere. When it drops out it is opened again, for a while.

    Args:
        name: What it is called in messages.
        connect: Opens it; gives an OpenCV capture, opened or not.
        clock: Tells the time.
        patience_s: How long it may be away, seconds.
        say: Is told when it drops out and comes back.

    Raises:
        VideoError: It cannot be opened.
    """

    def __init__(self, name: str, connect: Callable[[], Any], clock: Clock, patience_s: float, say: Say) -> None:
        self.name, self._connect, self._clock, self._patience_s, self._say = name, connect, clock, patience_s, say
        self._capture = connect()
        if not self._capture.isOpened():
            raise VideoError(
                f"{name} cannot be opened",
                where="live",
                fix="is it plugged in, its address right, and nobody else using it?",
            )
        import cv2

        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        self.frames_per_second = rate if 1 <= rate <= 10_000 else _FALLBACK_RATE  # many cameras say 0, or nonsense

    def read(self) -> tuple[float, Picture] | None:
        """See `Source`. It never ends by itself: no more frames is a camera that has dropped out."""
        picture = self._grab()
        if picture is None:
            picture = self._come_back()
        return self._clock.now(), picture

    def _grab(self) -> Picture | None:
        import cv2

        came, picture = self._capture.read()
        if not came or picture is None:
            return None
        code = cv2.COLOR_GRAY2RGB if picture.ndim == 2 else cv2.COLOR_BGR2RGB
        return np.asarray(cv2.cvtColor(picture, code), dtype=np.uint8)

    def _come_back(self) -> Picture:
        """Try again and again."""
        left_s = self._clock.now()
        self._say(f"{self.name} has dropped out; waiting up to {self._patience_s:g} s for it")
        while self._clock.now() - left_s < self._patience_s:
            self._clock.sleep(RETRY_S)
            self._capture.release()
            self._capture = self._connect()
            picture = self._grab() if self._capture.isOpened() else None
            if picture is not None:
                self._say(f"{self.name} is back after {self._clock.now() - left_s:.1f} s")
                return picture
        raise VideoError(
            f"{self.name} has dropped out and not come back within {self._patience_s:g} s",
            where="live",
            fix="what it showed until then is kept; look at its cable or network, or wait longer: --patience SECONDS",
        )

    def close(self) -> None:
        """See `Source`."""
        self._capture.release()


def open_camera(
    index: int, size: tuple[int, int] | None, rate: float | None, clock: Clock, patience_s: float, say: Say
) -> Camera:
    """Open a camera of this machine by its number.

    Args:
        index: From 0.
        size: Width and height to ask for, pixels; None for what it does by itself.
        rate: Frames per second to ask for.
        clock: Tells the time.
        patience_s: How long it may be away, seconds.
        say: Is told when it drops out and comes back.

    Raises:
        VideoError: There is none; says which there are.
    """
    import cv2

    wanted = [(cv2.CAP_PROP_BUFFERSIZE, 1.0)]  # old frames that wait in a driver are of no use live
    if size is not None:
        wanted += [(cv2.CAP_PROP_FRAME_WIDTH, size[0]), (cv2.CAP_PROP_FRAME_HEIGHT, size[1])]
    if rate is not None:
        wanted.append((cv2.CAP_PROP_FPS, rate))

    def connect() -> Any:
        capture = _quietly(lambda: cv2.VideoCapture(index))
        for setting, value in wanted if capture.isOpened() else ():
            capture.set(setting, value)
        return capture

    try:
        return Camera(f"camera {index}", connect, clock, patience_s, say)
    except VideoError as error:
        there = [str(other) for other in range(_N_TRIED) if other != index and _is_there(other)]
        found = f"cameras that answer: {', '.join(there)}" if there else "no camera answers on this machine"
        error.fix = f"{found}; name one by its number, or give an address or a file"
        raise


def _is_there(index: int) -> bool:
    import cv2

    capture = _quietly(lambda: cv2.VideoCapture(index))
    answers = bool(capture.isOpened())
    capture.release()
    return answers


def open_stream(url: str, clock: Clock, patience_s: float, say: Say) -> Camera:
    """Open a stream by its address.

    Raises:
        VideoError: Nobody answers, or it is no video.
    """
    import cv2

    waits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MS]

    def connect() -> Any:
        return _quietly(lambda: cv2.VideoCapture(url, cv2.CAP_FFMPEG, waits))

    return Camera(url, connect, clock, patience_s, say)


def _quietly(connect: Callable[[], Any]) -> Any:
    """Without what OpenCV writes of every attempt; deg says what is to be known."""
    import cv2

    log = cv2.utils.logging
    before = log.getLogLevel()
    log.setLogLevel(log.LOG_LEVEL_SILENT)
    try:
        return connect()
    finally:
        log.setLogLevel(before)
