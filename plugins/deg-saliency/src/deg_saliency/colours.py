"""Flow as colours, and maps laid over pictures.

Axes: H, W, C channels.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import matplotlib
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Map = NDArray[np.float32]

# Blue to yellow for x and dark to light for y: two axes that all people tell apart, unlike a wheel of hues.
_ACROSS = np.array([0.32, 0.22, -0.5], dtype=np.float32)
_UP = np.array([0.28, 0.28, 0.28], dtype=np.float32)
_STILL = 0.5
MAP_COLOURS = "inferno"
"""Perceptually uniform, and told apart with any colour vision."""
_MOST_OPAQUE = 0.75


def flow_picture(flow_CHW: NDArray[np.float32], largest: float | None = None) -> Picture:
    """Draw flow: still is grey, right yellow, left blue, up light, down dark.

    Args:
        flow_CHW: x to the right and y downwards, pixels per frame; shape (2, H, W).
        largest: What is drawn in full colour, pixels per frame; None: the 99th percentile.

    Returns:
        RGB, 0..255; shape (H, W, 3).
    """
    if largest is None:
        largest = float(np.percentile(np.hypot(*flow_CHW), 99))
    x, y = np.clip(flow_CHW / max(largest, 1e-6), -1, 1)
    colours = _STILL + x[..., None] * _ACROSS - y[..., None] * _UP
    return _bytes(colours)


def speed_picture(flow_CHW: NDArray[np.float32]) -> Picture:
    """Draw how fast it flows, from dark to light grey; shape (H, W, 3)."""
    speed = np.hypot(*flow_CHW)
    grey = speed / max(float(np.percentile(speed, 99)), 1e-6)
    return _bytes(np.repeat(np.clip(grey, 0, 1)[..., None], 3, axis=2))


def lay_over(picture: Picture, values: Map, largest: float | None = None) -> Picture:
    """Lay what speaks for a behaviour over a picture in grey: the more, the brighter and the less see-through.

    Args:
        picture: RGB, 0..255; shape (H, W, 3).
        values: Map of any grid, above 0 where it speaks for; shape (h, w).
        largest: What is drawn in full; None: the largest of the map.

    Returns:
        RGB, 0..255; shape (H, W, 3).
    """
    height, width = picture.shape[:2]
    speaking = np.maximum(values, 0)
    largest = float(speaking.max()) if largest is None else largest
    shares = cv2.resize(
        (speaking / max(largest, 1e-12)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    shares = np.clip(shares, 0, 1)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None] / 255
    colours = matplotlib.colormaps[MAP_COLOURS](shares)[..., :3]
    opaque = (_MOST_OPAQUE * np.sqrt(shares))[..., None]
    return _bytes(grey * (1 - opaque) + colours * opaque)


def middle_flow(flow_PCHW: NDArray[np.float32]) -> NDArray[np.float32]:
    """Flow from the frame in the middle of a window to the next; shape (2, h, w)."""
    return np.asarray(flow_PCHW[len(flow_PCHW) // 2])


def scale_of(maps: Sequence[Map]) -> float:
    """What is drawn in full over many maps: the 99.5th percentile of their largest values."""
    peaks = [float(np.maximum(each, 0).max()) for each in maps]
    return float(np.percentile(peaks, 99.5)) if peaks else 1.0


def _bytes(colours: NDArray[np.floating]) -> Picture:
    return np.asarray(np.round(np.clip(colours, 0, 1) * 255), dtype=np.uint8)
