"""Writes H.264 video that plays everywhere.

Axes: H, W, C channels.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from deg_core.api import VideoError, writing_beside

_TIME_BASE = Fraction(1, 90_000)  # of MPEG; holds 24, 25, 30 and 29.97 frames per second exactly
_QUALITY = "20"  # x264's constant rate factor: 18 looks lossless, 23 is its default
_BT601 = 6  # SMPTE 170M, the matrix that OpenCV converts RGB with


def write_mp4(
    path: Path, frames: Iterable[tuple[float, NDArray[np.uint8]]], size: tuple[int, int], frames_per_second: float
) -> int:
    """Write frames as they come.

    Args:
        path: The file; replaced when all is written.
        frames: When each is shown, seconds from the start, rising; and RGB, 0..255, shape (*size, 3).
        size: Height and width, even.
        frames_per_second: Mean rate, Hz.

    Returns:
        Frames written.

    Raises:
        ProjectError: The file cannot be written.
        VideoError: This build of FFmpeg has no H.264 encoder.
    """
    n_written = 0
    with writing_beside(path) as part, av.open(part, "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = _add_stream(container, size, frames_per_second)
        for time_s, picture in frames:
            planes = np.asarray(
                cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8
            )  # several times as fast as FFmpeg's own
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = round(time_s / _TIME_BASE), _TIME_BASE
            container.mux(stream.encode(frame))
            n_written += 1
        container.mux(stream.encode(None))
    return n_written


def _add_stream(container: Any, size: tuple[int, int], frames_per_second: float) -> Any:
    if "libx264" not in av.codecs_available:
        raise VideoError(
            "FFmpeg cannot write H.264 here",
            where="PyAV",
            fix="install PyAV with libx264: pip install --force-reinstall av",
        )
    rate = Fraction(frames_per_second).limit_denominator(100_000)
    stream = container.add_stream("libx264", rate=rate, options={"crf": _QUALITY, "preset": "veryfast"})
    stream.height, stream.width = size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = _TIME_BASE
    stream.codec_context.colorspace = _BT601
    return stream
