"""Cuts a window of fixed size out of a frame, upright or turned; beyond the frame its edge goes on.

Axes: H, W of the source; h, w of the crop; 3 colours.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

TARGETS = {"right": 0.0, "up": -90.0}
"""Direction in the crop that a heading is turned to, degrees from right to down."""


def cut(frame_HW3: NDArray[np.uint8], centre: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Cut an upright window at whole pixels, so that each is exactly one of the source.

    Args:
        frame_HW3: RGB, 0..255.
        centre: x and y of its middle, pixels of the source; shape (2,).
        size: Height and width, pixels.

    Returns:
        Shape (h, w, 3), a new array.
    """
    rows, columns = (
        np.clip(math.floor(middle - (length - 1) / 2 + 0.5) + np.arange(length), 0, there - 1)
        for middle, length, there in zip(centre[::-1], size, frame_HW3.shape[:2], strict=True)
    )
    return np.asarray(frame_HW3[rows[:, None], columns])


def cut_turned(
    frame_HW3: NDArray[np.uint8], centre: NDArray[np.float64], heading: float, size: tuple[int, int], target: float
) -> NDArray[np.uint8]:
    """Cut a window that is turned so that `heading` points to `target`; pixels are mixed linearly of their neighbours.

    Args:
        frame_HW3: RGB, 0..255.
        centre: x and y of its middle, pixels of the source; shape (2,).
        heading: Degrees from right to down, in the source.
        size: Height and width, pixels.
        target: Degrees from right to down, in the crop.

    Returns:
        Shape (h, w, 3), a new array.
    """
    height, width = size
    angle = math.radians(heading - target)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    shift = centre - turn @ np.array([(width - 1) / 2, (height - 1) / 2])
    matrix = np.column_stack([turn, shift])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(frame_HW3, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)
