"""Films a figure in its arena: floor, shadow, body, light and sensor noise, one frame after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.arena import SUBPIXEL_BITS, Arena, Picture, measure_vignette, paint_floor
from deg_plugins_sample.figure import Figure, Part, draw_ellipse

_BLOCK_FRAMES = 128
_NOISE_PICTURES = 6
_NOISE_SPARE_PX = 64
_RIM = draw_ellipse(1.0, 1.0, 12)


def film(shape: Callable[[int, int], Figure], arena: Arena, size: int) -> Iterator[Picture]:
    """Film all frames, each made when it is asked for.

    Args:
        shape: Gives the body's outlines for frames `start` up to, not including, `stop`.
        arena: Where it is.
        size: Height and width, pixels.

    Yields:
        Frames, RGB, shape (size, size, 3), uint8, new arrays.
    """
    studio = _Studio(arena, size)
    n_frames = len(arena.gain)
    for start in range(0, n_frames, _BLOCK_FRAMES):
        stop = min(start + _BLOCK_FRAMES, n_frames)
        figure = shape(start, stop)
        parts = [_Stroke.prepare(part, arena, size) for part in figure.parts]
        for frame in range(stop - start):
            yield studio.expose(parts, frame, float(figure.height[frame]), float(arena.gain[start + frame]))


@dataclass(frozen=True)
class _Stroke:
    """A part in pixels."""

    part: Part
    points: NDArray[np.int32]
    width_px: float

    @staticmethod
    def prepare(part: Part, arena: Arena, size: int) -> _Stroke:
        return _Stroke(part, arena.camera.project(part.points, size), part.width * arena.camera.zoom * size)

    def draw(self, picture: Picture, frame: int, colour: tuple[float, ...], shift: NDArray[np.int32] | int = 0) -> None:
        points = self.points[frame] + shift
        if self.part.kind == "fill":
            cv2.fillPoly(picture, [points], colour, cv2.LINE_AA, SUBPIXEL_BITS)
        elif self.part.kind == "line":
            width = max(1, round(self.width_px))
            cv2.polylines(picture, [points], False, colour, width, cv2.LINE_AA, SUBPIXEL_BITS)  # noqa: FBT003
        else:
            # OpenCV's own small circles are diamonds.
            rims = np.rint(points[:, None] + self.width_px * 2**SUBPIXEL_BITS * _RIM).astype(np.int32)
            cv2.fillPoly(picture, list(rims), colour, cv2.LINE_AA, SUBPIXEL_BITS)


class _Studio:
    """What stays the same from frame to frame."""

    def __init__(self, arena: Arena, size: int) -> None:
        self.arena, self.size = arena, size
        self.floor = paint_floor(arena, size)
        self.vignette = measure_vignette(arena, size)
        self.rng = np.random.default_rng([arena.seed, 1])
        side = size + _NOISE_SPARE_PX
        self.noise = [
            np.rint(arena.noise * self.rng.standard_normal((side, side, 3))).astype(np.int16)
            for _ in range(_NOISE_PICTURES)
        ]

    def expose(self, strokes: list[_Stroke], frame: int, height: float, gain: float) -> Picture:
        """One frame."""
        picture = self._cast_shadow(strokes, frame, height)
        # A raised body is nearer to the lamp.
        light = 1.0 + 0.45 * height
        for stroke in strokes:
            colour = tuple(min(255.0, channel * light) for channel in stroke.part.colour)
            if stroke.part.opacity < 1.0:
                below = picture.copy()
                stroke.draw(picture, frame, colour)
                cv2.addWeighted(picture, stroke.part.opacity, below, 1.0 - stroke.part.opacity, 0.0, picture)
            else:
                stroke.draw(picture, frame, colour)
        sharp_as_a_lens = cv2.GaussianBlur(picture, (3, 3), 0.55)
        lit = cv2.multiply(sharp_as_a_lens, self.vignette, scale=gain, dtype=cv2.CV_8U)
        return np.asarray(cv2.add(lit, self._draw_noise(), dtype=cv2.CV_8U), dtype=np.uint8)

    def _cast_shadow(self, strokes: list[_Stroke], frame: int, height: float) -> Picture:
        shadow = np.zeros((self.size, self.size), dtype=np.uint8)
        away = np.array(self.arena.shadow) * (1.0 + 3.0 * height) * self.size * 2**SUBPIXEL_BITS
        shift = np.rint(away).astype(np.int32)
        for stroke in strokes:
            if stroke.part.casts_shadow:
                stroke.draw(shadow, frame, (255.0,), shift)
        soft = cv2.blur(shadow, (max(3, self.size // 24),) * 2)
        left = cv2.convertScaleAbs(soft, alpha=-self.arena.darkness, beta=255.0)
        return np.asarray(cv2.multiply(self.floor, cv2.merge([left, left, left]), scale=1.0 / 255.0), dtype=np.uint8)

    def _draw_noise(self) -> NDArray[np.int16]:
        which, top, left = self.rng.integers([_NOISE_PICTURES, _NOISE_SPARE_PX, _NOISE_SPARE_PX]).tolist()
        noise: NDArray[np.int16] = self.noise[which]
        return noise[top : top + self.size, left : left + self.size]
