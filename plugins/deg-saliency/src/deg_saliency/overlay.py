"""Writes a video of a span: the frame with the picture's map, and flow with its own, side by side.

Axes: T frames, H, W, C channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
from deg_core.api import Progress, VideoError, writing_beside
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_saliency.colours import Picture, lay_over, scale_of, speed_picture
from deg_saliency.explained import flow_of, probabilities_of
from deg_saliency.layers import StreamName
from deg_saliency.maps import Mapper
from deg_saliency.network import Network
from deg_saliency.windows import Windows

_AT_ONCE = 16
_HEIGHT = 384
_STRIP = 28
_TIME_BASE = Fraction(1, 90_000)  # of MPEG
_BT601 = 6  # SMPTE 170M, the matrix that OpenCV converts RGB with


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of one frame, small enough to keep for a whole span.

    Attributes:
        frame: Its index.
        column: The behaviour whose map it is.
        probability: What the features stage says of it.
        flow: Shape (2, h, w), or None.
        maps: By stream, (h, w).
    """

    frame: int
    column: int
    probability: float
    flow: NDArray[np.float32] | None
    maps: dict[StreamName, NDArray[np.float32]]


def tell_span(
    network: Network, windows: Windows, mapper: Mapper, span: tuple[int, int], column: int | None, progress: Progress
) -> list[Told]:
    """Map every frame of a span.

    Args:
        network: The extractor.
        windows: Of the open video.
        mapper: Makes the maps.
        span: Frames from the first up to, not including, the second.
        column: Of the behaviour; None: in each frame the one that the features stage thinks likeliest.
        progress: Who is told.
    """
    told = []
    with progress.task("maps", span[1] - span[0]) as task:
        for frames, raw in windows.along(*span, _AT_ONCE):
            seen = network.see(raw)
            logits = _logits(network, seen.tensors)
            probabilities = probabilities_of(network, logits)
            columns = [int(row.argmax()) if column is None else column for row in probabilities]
            maps = mapper.map(seen, columns)
            for place, frame in enumerate(frames):
                mine = {name: each[place] for name, each in maps.items()}
                probability = float(probabilities[place, columns[place]])
                told.append(Told(frame, columns[place], probability, flow_of(seen, place), mine))
            task.advance(len(frames))
    return told


def _logits(network: Network, tensors: Sequence[Any]) -> NDArray[np.float64]:
    import torch

    with torch.no_grad():
        return np.asarray(network.answer(*tensors).double().cpu().numpy())


def write_overlay(
    path: Path, told: Sequence[Told], windows: Windows, behaviours: Sequence[str], rate: float, progress: Progress
) -> Path:
    """Write the video. Maps of each stream have one scale over the whole span.

    Args:
        path: An mp4 file; replaced when all is written.
        told: What `tell_span` gives.
        windows: Of the open video.
        behaviours: By column.
        rate: Frames per second.
        progress: Who is told.

    Raises:
        ProjectError: The file cannot be written.
        VideoError: This build of FFmpeg has no H.264 encoder.
    """
    scales = {name: scale_of([each.maps[name] for each in told]) for name in told[0].maps}
    pages = _pages(told, windows, behaviours, scales)
    with progress.task("video", len(told)) as task:
        _encode(path, _counted(pages, task), rate)
    return path


def _counted(pages: Iterator[Picture], task: Any) -> Iterator[Picture]:
    for page in pages:
        yield page
        task.advance()


def _pages(
    told: Sequence[Told], windows: Windows, behaviours: Sequence[str], scales: dict[StreamName, float]
) -> Iterator[Picture]:
    names = {column: _words(behaviours[column], _STRIP) for column in {each.column for each in told}}
    for each in told:
        picture = _enlarged(windows.picture(each.frame, _HEIGHT))
        panels = [lay_over(_below(name, each, picture), values, scales[name]) for name, values in each.maps.items()]
        page = np.concatenate(panels, axis=1)
        yield _even(np.concatenate([_strip(page.shape[1], names[each.column], each.probability), page]))


def _below(name: StreamName, told: Told, picture: Picture) -> Picture:
    if name != "flow" or told.flow is None:
        return picture
    height, width = picture.shape[:2]
    return np.asarray(cv2.resize(speed_picture(told.flow), (width, height), interpolation=cv2.INTER_LINEAR))


def _enlarged(picture: Picture) -> Picture:
    scale = _HEIGHT / picture.shape[0]
    size = round(picture.shape[1] * scale), _HEIGHT
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR))


def _strip(width: int, name: Picture, probability: float) -> Picture:
    """Name of the behaviour, and a bar for how probable it is."""
    strip: Picture = np.full((_STRIP, width, 3), 255, dtype=np.uint8)
    shown = name[:, : width // 2]
    strip[: shown.shape[0], 4 : 4 + shown.shape[1]] = shown
    left, right = width // 2 + 8, width - 8
    strip[10:18, left:right] = 225
    strip[10:18, left : left + round((right - left) * probability)] = (0, 114, 178)
    return strip


def _words(text: str, height: int) -> Picture:
    """A word as a picture, in any alphabet that the font has."""
    figure = Figure(figsize=((len(text) + 2) * 0.2, height / 72), dpi=72, facecolor="white")
    pixels = BytesIO()
    with matplotlib.rc_context({"text.parse_math": False}):
        figure.text(0, 0.3, text, size=height * 0.55, ha="left", va="baseline")
        figure.savefig(pixels, format="rgba", dpi=72)
    width = round((len(text) + 2) * 0.2 * 72)
    flat = np.frombuffer(pixels.getvalue(), dtype=np.uint8).reshape(height, -1, 4)
    return np.asarray(flat[:, :width, :3])


def _even(page: Picture) -> Picture:
    """H.264 wants even sides."""
    return page[: page.shape[0] // 2 * 2, : page.shape[1] // 2 * 2]


def _encode(path: Path, pages: Iterator[Picture], rate: float) -> None:
    import av

    if "libx264" not in av.codecs_available:
        raise VideoError(
            "FFmpeg cannot write H.264 here", where="PyAV", fix="pip install --force-reinstall av, or leave out --video"
        )
    first = next(pages)
    with writing_beside(path) as part, av.open(part, "w", format="mp4", options={"movflags": "faststart"}) as container:
        step = Fraction(rate).limit_denominator(100_000)
        stream: Any = container.add_stream("libx264", rate=step, options={"crf": "20", "preset": "veryfast"})
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = _TIME_BASE
        stream.codec_context.colorspace = _BT601
        for number, page in enumerate(_with(first, pages)):
            planes = np.asarray(cv2.cvtColor(np.ascontiguousarray(page), cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = round(number / rate / _TIME_BASE), _TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _with(first: Picture, others: Iterator[Picture]) -> Iterator[Picture]:
    yield first
    yield from others
