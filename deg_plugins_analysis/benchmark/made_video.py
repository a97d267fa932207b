"""A video to measure with where there is none: blobs that wander over a textured floor, under a camera's noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np

_GREY, _DEPTH, _NOISE, _RADIUS = 120, 40, 3, 0.06
_RATE = 30


def write_video(path: Path, size: tuple[int, int], n_frames: int) -> Path:
    """Write an H.264 video.

    Args:
        path: Where.
        size: Height and width, pixels, even.
        n_frames: Its length.
    """
    import av

    rng, (height, width) = np.random.default_rng(0), size
    floor = _GREY + rng.normal(0, 1, (height // 8 + 1, width // 8 + 1)).repeat(8, 0).repeat(8, 1)[:height, :width] * 12
    rows, columns = np.mgrid[:height, :width]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_RATE, options={"crf": "20", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(n_frames):
            y, x = height * (0.5 + 0.3 * np.sin(index / 23)), width * (0.5 + 0.3 * np.cos(index / 31))
            blob = np.hypot(rows - y, columns - x) < _RADIUS * height
            grey = floor - _DEPTH * blob + rng.normal(0, _NOISE, size)
            picture = np.clip(grey, 0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path
