"""The shape of an animal: outlines placed in the arena, ready to be drawn.

Lengths are in sides of the picture, x right and y down; angles in radians, clockwise on the screen. A body's own
axes are forward and, second, to its right. Axes: T frames, P points of an outline, n joints of a spine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Part:
    """One shape of a body through time.

    Attributes:
        kind: `fill` an outline, draw a `line` along points, or a `disc` around each of them.
        points: Where; shape (T, P, 2).
        colour: Red, green, blue, 0..255.
        width: Thickness of a line, radius of a disc; sides of the picture.
        opacity: 0..1; below 1 for wings.
        casts_shadow: Whether it darkens the floor.
    """

    kind: Literal["fill", "line", "disc"]
    points: Points
    colour: Colour
    width: float = 0.0
    opacity: float = 1.0
    casts_shadow: bool = False


@dataclass(frozen=True)
class Figure:
    """A body through time.

    Attributes:
        parts: What to draw, the lowest first.
        height: How high the body is above the floor, 0..1, which moves its shadow away and lets it catch more light;
            shape (T,).
        keypoints: Where parts of the body are that a tracker would look for, each of shape (T, 2).
    """

    parts: tuple[Part, ...]
    height: NDArray[np.float64]
    keypoints: dict[str, Points] = field(default_factory=dict)


def draw_ellipse(forward: float, sideward: float, n_points: int = 14) -> Points:
    """Outline of an ellipse around the origin; shape (P, 2)."""
    angles = np.linspace(0.0, 2.0 * np.pi, n_points, endpoint=False)
    return np.stack([forward * np.cos(angles), sideward * np.sin(angles)], axis=-1)


def turn(points: Points, angle: NDArray[np.float64]) -> Points:
    """Turn points about the origin, differently in each frame.

    Args:
        points: Shape (P, 2) or (T, P, 2).
        angle: Shape (T,).

    Returns:
        Shape (T, P, 2), a new array.
    """
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = points[..., 0], points[..., 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)


def shift(points: Points, forward: float, right: float = 0.0) -> Points:
    """Move points along a body's own axes; the same shape, a new array."""
    return np.asarray(points + np.array([forward, right]))


def place(points: Points, origin: Points, angle: NDArray[np.float64]) -> Points:
    """Turn points by `angle` (T,), then move the origin to `origin` (T, 2); shape (T, P, 2), a new array."""
    return turn(points, angle) + origin[:, None, :]


def trace_spine(
    origin: Points, heading: NDArray[np.float64], length: NDArray[np.float64], bend: NDArray[np.float64], n_joints: int
) -> tuple[Points, NDArray[np.float64]]:
    """A bent spine from rump to neck.

    Args:
        origin: Where its middle is; shape (T, 2).
        heading: Direction of its middle; shape (T,).
        length: Shape (T,).
        bend: How much its front points further to the right than its rear; shape (T,), radians.
        n_joints: n.

    Returns:
        Joints, the rump first, shape (T, n, 2); direction of the spine at each, shape (T, n).
    """
    along = np.linspace(-0.5, 0.5, n_joints)
    directions = heading[:, None] + bend[:, None] * along
    steps = np.stack([np.cos(directions), np.sin(directions)], axis=-1) * (length / (n_joints - 1))[:, None, None]
    joints = np.cumsum(steps, axis=1)
    return joints - joints[:, n_joints // 2, None] + origin[:, None], directions


def wrap_spine(joints: Points, directions: NDArray[np.float64], half_widths: NDArray[np.float64]) -> Points:
    """Outline of a body around its spine.

    Args:
        joints: Shape (T, n, 2).
        directions: Direction at each joint; shape (T, n).
        half_widths: Shape (n,), or (T, n).

    Returns:
        Shape (T, 2n, 2).
    """
    sideward = np.stack([-np.sin(directions), np.cos(directions)], axis=-1) * half_widths[..., None]
    return np.concatenate([joints + sideward, (joints - sideward)[:, ::-1]], axis=1)


def tint(colour: Colour, gain: float) -> Colour:
    """A lighter or darker shade of a colour."""
    red, green, blue = (min(255.0, channel * gain) for channel in colour)
    return red, green, blue


def link(*points: Points) -> Points:
    """Join points of shape (T, 2) into a line of shape (T, P, 2)."""
    return np.stack(points, axis=1)
