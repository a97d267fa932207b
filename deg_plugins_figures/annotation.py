"""Lays labels and the running ethogram into frames of a video.

Axes: T frames, H, W, C channels.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np

from deg_core.api import VideoReader
from deg_plugins_figures.lettering import Clockwork, Picture, make_tag, paste, stack_tags, write_words
from deg_plugins_figures.moments import clock
from deg_plugins_figures.palette import colour_of
from deg_plugins_figures.running_strip import StripPlan, draw_strip, plan_strip
from deg_plugins_figures.tracks import Tracks

HALF_WINDOW_S = 5.0
_LEAST_WIDTH = 480
_BLOCK_BYTES, _BLOCK_FRAMES = 32 << 20, 256


@dataclass(frozen=True, slots=True)
class Page:
    """How a frame and the strip share the picture, in pixels; all even, as H.264 asks.

    Attributes:
        width: Of the whole picture.
        height: Of the whole picture.
        picture_size: Height and width of the video's picture, at the top and in the middle.
        names_width: Of the column of names at the left of the strip.
        font_px: Size of letters.
        strip: Sizes of the strip.
    """

    width: int
    height: int
    picture_size: tuple[int, int]
    names_width: int
    font_px: int
    strip: StripPlan

    @property
    def picture_left(self) -> int:
        """First column of the video's picture."""
        return (self.width - self.picture_size[1]) // 2


def plan_page(size: tuple[int, int], tracks: Tracks, names: list[Picture], scale: float | None, font_px: int) -> Page:
    """Choose sizes.

    Args:
        size: Height and width of the video, pixels.
        tracks: What is said about it.
        names: The behaviours' names as they will be drawn.
        scale: By how much the picture is enlarged; None enlarges small videos by a whole number.
        font_px: Size of letters.
    """
    factor = scale if scale is not None else max(1, -(-_LEAST_WIDTH // max(size)))
    height, width = (max(2, round(side * factor)) for side in size)
    whole_width = _even(max(width, _LEAST_WIDTH))
    names_width = min(max(name.shape[1] for name in names) + 12, whole_width // 3)
    n_behaviours = len(tracks.behaviours)
    strip = plan_strip(whole_width - names_width, n_behaviours, tracks.frames_per_second, HALF_WINDOW_S)
    whole_height = _even(height + 4 + strip.height(n_behaviours) + round(font_px * 1.5) + 2)
    return Page(whole_width, whole_height, (height, width), names_width, font_px, strip)


def _even(pixels: int) -> int:
    return pixels + pixels % 2


class Annotator:
    """Turns frames of one recording into annotated ones.

    Args:
        size: Height and width of the video, pixels.
        tracks: The whole recording.
        scale: See `plan_page`.
        font_px: Size of letters.

    Attributes:
        page: Where everything is.
    """

    def __init__(self, size: tuple[int, int], tracks: Tracks, *, scale: float | None = None, font_px: int = 13) -> None:
        names = [write_words(name, font_px) for name in tracks.behaviours]
        self.page = plan_page(size, tracks, names, scale, font_px)
        self._tracks = tracks
        self._clockwork = Clockwork(font_px)
        self._said = {
            who: [make_tag(f"{who}: {name}", font_px, colour_of(k)) for k, name in enumerate(tracks.behaviours)]
            for who in ("deg", "human")
        }
        self._background = self._draw_background(names)

    def _draw_background(self, names: list[Picture]) -> Picture:
        """All that never changes."""
        page = self.page
        background: Picture = np.full((page.height, page.width, 3), 255, dtype=np.uint8)
        background[: page.picture_size[0]] = 0
        top = page.picture_size[0] + 4
        for row, name in enumerate(names):
            cut = name[:, : page.names_width - 8]
            middle = top + row * page.strip.row_height + (page.strip.row_height - name.shape[0]) // 2
            paste(background, cut, max(middle, 0), page.names_width - 8 - cut.shape[1])
        key = "lower: deg, as high as its probability"
        if self._tracks.marks is not None:
            key = f"upper: human    {key}"
        words = write_words(key, page.font_px - 2, ink=(110, 110, 110))
        room = page.strip.width * 2 // 3
        paste(background, words[:, :room], page.height - words.shape[0] - 2, page.width - min(words.shape[1], room) - 4)
        return background

    def annotate(self, frames: Picture, numbers: range) -> Iterator[Picture]:
        """Annotate frames in order of time.

        Args:
            frames: RGB, 0..255; shape (T, H, W, 3), T >= 1.
            numbers: Which frames of the recording they are.

        Yields:
            RGB, 0..255; shape (page.height, page.width, 3), each a new array.
        """
        plan = self.page.strip
        left = plan.first_column(numbers[0])
        strip = draw_strip(self._tracks, plan, left, plan.first_column(numbers[-1]) + plan.width)
        for number, picture in zip(numbers, frames, strict=True):
            offset = plan.first_column(number) - left
            yield self._compose(picture, strip[:, offset : offset + plan.width], number)

    def _compose(self, picture: Picture, strip: Picture, frame: int) -> Picture:
        page = self.page
        whole: Picture = self._background.copy()
        height, width = page.picture_size
        seen = whole[:height, page.picture_left : page.picture_left + width]
        if picture.shape == seen.shape:
            seen[...] = picture
        else:
            grows = height >= picture.shape[0]
            seen[...] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC if grows else cv2.INTER_AREA)
        self._tag(seen, frame)
        top = height + 4
        whole[top : top + len(strip), page.names_width :] = strip
        middle = page.names_width + page.strip.width // 2
        whole[top - 2 : top + len(strip) - 2, middle - 1 : middle + 1] = 0
        time = clock(frame / self._tracks.frames_per_second, decimals=2)
        paste(whole, self._clockwork.write(time, frame), top + len(strip), page.names_width)
        return whole

    def _tag(self, seen: Picture, frame: int) -> None:
        """Say what happens: deg at the left, a person at the right."""
        present = np.flatnonzero(self._tracks.present[frame])
        stack_tags((self._said["deg"][column] for column in present), seen, top=0, right=False)
        if self._tracks.marks is not None:
            marked = np.flatnonzero(self._tracks.marks[frame] == 1)
            stack_tags((self._said["human"][column] for column in marked), seen, top=0, right=True)


def read_blocks(video: VideoReader, start: int, stop: int) -> Iterator[tuple[int, Picture]]:
    """Read frames `start` up to `stop` in blocks of bounded size, each frame once, one block ahead.

    Yields:
        The first frame's number and the frames, RGB, 0..255; shape (T, H, W, 3). The first block is one frame.
    """
    frame = video.read(start, start + 1)
    yield start, frame
    size = max(1, min(_BLOCK_FRAMES, _BLOCK_BYTES // frame.nbytes))
    spans = [(first, min(first + size, stop)) for first in range(start + 1, stop, size)]
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = [pool.submit(video.read, *span) for span in spans[:1]]
        for index, (first, _) in enumerate(spans):
            frames = coming.pop().result()
            coming = [pool.submit(video.read, *span) for span in spans[index + 1 : index + 2]]
            yield first, frames
