"""Where the animal is filmed: floor, walls, light and the camera, different in every recording.

Pictures are (H, W, 3) RGB with H = W = size. The world is a square of side 1, x right and y down. Axes: T frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.figure import Points
from deg_plugins_sample.rhythm import draw_slow_noise

Picture = NDArray[np.uint8]

# Points are handed to OpenCV in sixteenths of a pixel.
SUBPIXEL_BITS = 4
_WALL = 0.035


@dataclass(frozen=True)
class Camera:
    """How the world falls on the picture.

    Attributes:
        zoom: Magnification; 1 fits the arena exactly.
        roll: Rotation about the line of sight, radians.
        right: Shift to the right, sides of the picture.
        down: Shift down, sides of the picture.
    """

    zoom: float
    roll: float
    right: float
    down: float

    def project(self, points: Points, size: int) -> NDArray[np.int32]:
        """Place points of the world, shape (..., 2), on a picture of `size` pixels, in 1/16 pixel."""
        return np.asarray(np.rint(self.to_pixels(points, size) * 2**SUBPIXEL_BITS), dtype=np.int32)

    def to_pixels(self, points: Points, size: int) -> Points:
        """The same in pixels, not rounded; the middle of the first pixel is at 0."""
        cos, sin = self.zoom * math.cos(self.roll), self.zoom * math.sin(self.roll)
        x, y = points[..., 0] - 0.5, points[..., 1] - 0.5
        projected = np.stack([x * cos - y * sin + 0.5 + self.right, x * sin + y * cos + 0.5 + self.down], axis=-1)
        return np.asarray(projected * size - 0.5)


@dataclass(frozen=True)
class Arena:
    """The setting of one recording.

    Attributes:
        camera: Where the camera is.
        floor: Mean colour of the floor, red, green, blue, 0..255.
        roughness: Contrast of the bedding, standard deviation, 0..255.
        chips: Pieces of bedding in sight.
        vignette: Part of the light lost in the corners.
        shadow: Where shadows fall: right and down for a body at rest on the floor; sides of the picture.
        darkness: Part of the light that a shadow takes.
        noise: Sensor noise, standard deviation, 0..255.
        gain: Brightness in each frame, near 1; shape (T,).
        seed: Seed of texture and noise.
    """

    camera: Camera
    floor: tuple[float, float, float]
    roughness: float
    chips: int
    vignette: float
    shadow: tuple[float, float]
    darkness: float
    noise: float
    gain: NDArray[np.float64]
    seed: int


def draw_arena(n_frames: int, frames_per_second: float, rng: np.random.Generator) -> Arena:
    """Draw a setting."""
    camera = Camera(
        rng.uniform(0.95, 1.03), rng.uniform(-0.08, 0.08), rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02)
    )
    shade, warmth = rng.uniform(135, 190), rng.uniform(-0.04, 0.14)
    lamp = rng.uniform(-math.pi, math.pi)
    # Daylight that comes and goes within half a minute, and a lamp that wavers within a few seconds.
    gain = 1.0 + 0.06 * draw_slow_noise(n_frames, 12.0 * frames_per_second, rng)
    gain += 0.015 * draw_slow_noise(n_frames, 1.5 * frames_per_second, rng)
    return Arena(
        camera=camera,
        floor=(shade * (1 + warmth), shade, shade * (1 - warmth)),
        roughness=rng.uniform(7, 14),
        chips=int(rng.integers(150, 420)),
        vignette=rng.uniform(0.12, 0.35),
        shadow=(0.018 * math.cos(lamp), 0.018 * math.sin(lamp)),
        darkness=rng.uniform(0.3, 0.5),
        noise=rng.uniform(2.0, 4.5),
        gain=np.clip(gain, 0.8, 1.2),
        seed=int(rng.integers(2**63)),
    )


def paint_floor(arena: Arena, size: int) -> Picture:
    """Floor and walls without an animal, at full light; shape (size, size, 3), uint8."""
    rng = np.random.default_rng(arena.seed)
    texture = sum(_draw_texture(size, grain * size, rng) for grain in (0.006, 0.02, 0.09))
    shades = np.array(arena.floor) + arena.roughness * np.asarray(texture)[..., None]
    picture = np.clip(shades, 0, 255).astype(np.uint8)
    _scatter_chips(picture, arena, rng)
    corners = np.array([[_WALL, _WALL], [1 - _WALL, _WALL], [1 - _WALL, 1 - _WALL], [_WALL, 1 - _WALL]])
    inside = np.zeros((size, size), dtype=np.uint8)
    cv2.fillPoly(inside, [arena.camera.project(corners, size)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    # The wall darkens the floor at its foot.
    lit = 0.45 + 0.55 * cv2.GaussianBlur(inside, (0, 0), 0.02 * size)[..., None] / 255.0
    return np.clip(picture * np.where(inside[..., None] > 127, lit, 0.5 * lit), 0, 255).astype(np.uint8)


def _draw_texture(size: int, grain_px: float, rng: np.random.Generator) -> NDArray[np.float64]:
    texture = cv2.GaussianBlur(rng.standard_normal((size, size)), (0, 0), max(grain_px, 0.5))
    return np.asarray(texture / (texture.std() * math.sqrt(3)), dtype=np.float64)


def _scatter_chips(picture: Picture, arena: Arena, rng: np.random.Generator) -> None:
    size = len(picture)
    places = rng.uniform(0, 1, (arena.chips, 2))
    angles = rng.uniform(0, math.pi, arena.chips)
    reach = rng.uniform(0.006, 0.02, arena.chips)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    ends = arena.camera.project(np.stack([places - reach, places + reach], axis=1), size)
    gains = 1.0 + arena.roughness / 60.0 * rng.standard_normal(arena.chips)
    width = max(1, round(0.008 * size))
    for line, gain in zip(ends, gains, strict=True):
        colour = [float(np.clip(channel * gain, 0, 255)) for channel in arena.floor]
        cv2.polylines(
            picture, [line], isClosed=False, color=colour, thickness=width, lineType=cv2.LINE_AA, shift=SUBPIXEL_BITS
        )


def measure_vignette(arena: Arena, size: int) -> NDArray[np.float32]:
    """Part of the light that reaches each pixel, 0..1; shape (size, size, 3)."""
    across = np.linspace(-1.0, 1.0, size)
    distance = (across[:, None] ** 2 + across[None, :] ** 2) / 2.0
    return np.repeat((1.0 - arena.vignette * distance)[..., None], 3, axis=2).astype(np.float32)
