"""What a mouse looks like from above.

Lengths are in body lengths where said, else in sides of the picture. Axes: T frames.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.figure import (
    Colour,
    Figure,
    Part,
    Points,
    place,
    shift,
    tint,
    trace_spine,
    wrap_spine,
)

Track = NDArray[np.float64]

_JOINTS = 11
# Half widths along the trunk from rump to neck, in body lengths.
_TRUNK = np.array([0.035, 0.105, 0.145, 0.168, 0.175, 0.17, 0.158, 0.145, 0.132, 0.118, 0.075])
_HEAD = np.array(
    [[-0.08, 0.06], [-0.04, 0.098], [0.03, 0.107], [0.10, 0.09], [0.17, 0.058], [0.225, 0.03], [0.24, 0.0]]
)
_HEAD_OUTLINE = np.concatenate([_HEAD, (_HEAD * [1.0, -1.0])[-2::-1]])


@dataclass(frozen=True)
class MousePose:
    """How a mouse holds itself; every field has the shape (T,), lengths in body lengths unless said otherwise.

    Attributes:
        x: Middle of the body, sides of the picture.
        y: Middle of the body, sides of the picture.
        heading: Direction of the trunk, radians.
        length: Trunk's length as a part of that of a mouse that walks.
        bend: Curve of the trunk, radians, positive to the right.
        yaw: Turn of the head against the neck, radians.
        reach: How far the head is stretched forward.
        height: How far the front is up in the air, 0..1.
        tail: Swing of the tail, radians.
        paw_forward: Fore left, fore right, hind left, hind right: forward of the middle; shape (T, 4).
        paw_sideward: The same paws: away from the midline; shape (T, 4).
    """

    x: Track
    y: Track
    heading: Track
    length: Track
    bend: Track
    yaw: Track
    reach: Track
    height: Track
    tail: Track
    paw_forward: NDArray[np.float64]
    paw_sideward: NDArray[np.float64]

    def part(self, start: int, stop: int) -> MousePose:
        """The frames from `start` up to, not including, `stop`."""
        return MousePose(**{field.name: getattr(self, field.name)[start:stop] for field in fields(self)})


@dataclass(frozen=True)
class MouseLooks:
    """How one mouse differs from another.

    Attributes:
        size: Length from rump to nose, sides of the picture.
        girth: Width against that of an average mouse.
        coat: Colour of the fur.
        skin: Colour of ears, paws and tail.
        spots: Marks on the back: place along the spine 0..1, to the right in half widths, radius in body lengths;
            shape (spots, 3).
    """

    size: float
    girth: float
    coat: Colour
    skin: Colour
    spots: NDArray[np.float64]


def draw_looks(rng: np.random.Generator) -> MouseLooks:
    """Draw a mouse."""
    shade, warmth = rng.uniform(48, 92), rng.uniform(0.0, 0.22)
    spots = np.stack([rng.uniform(0.2, 0.85, 4), rng.uniform(-0.55, 0.55, 4), rng.uniform(0.022, 0.045, 4)], axis=-1)
    return MouseLooks(
        size=rng.uniform(0.375, 0.43),
        girth=rng.uniform(0.92, 1.08),
        coat=(shade * (1 + warmth), shade, shade * (1 - warmth)),
        skin=(rng.uniform(175, 205), rng.uniform(125, 150), rng.uniform(115, 140)),
        spots=spots,
    )


def shape_mouse(pose: MousePose, looks: MouseLooks) -> Figure:
    """Give a pose its outlines."""
    size = looks.size
    middle = np.stack([pose.x, pose.y], axis=-1)
    joints, directions = trace_spine(middle, pose.heading, 0.72 * size * pose.length, pose.bend, _JOINTS)
    # A mouse that hunches or rears keeps its volume: what it loses in length it gains in width.
    widths = size * looks.girth * _TRUNK * (1.0 + 0.45 * (1.0 - pose.length))[:, None]
    neck = joints[:, -1] + size * pose.reach[:, None] * _point(directions[:, -1])
    tail = _draw_tail(pose, looks, joints[:, 0], directions[:, 0])
    paws = _draw_paws(pose, looks, middle)
    trunk = _draw_trunk(looks, joints, directions, widths)
    head = _draw_head(pose, looks, neck, directions[:, -1] + pose.yaw)
    keypoints = _name_keypoints(joints, trunk[0], tail, paws, head)
    return Figure((tail, *paws, *trunk, *head), pose.height, keypoints)


def _name_keypoints(joints: Points, trunk: Part, tail: Part, paws: list[Part], head: list[Part]) -> dict[str, Points]:
    """What is drawn, under the names that trackers' users give it."""
    right, left = trunk.points[:, :_JOINTS], trunk.points[:, :_JOINTS:-1]
    ears, nose = head[2].points, head[-1].points[:, 0]
    names = ("left_forepaw", "right_forepaw", "left_hindpaw", "right_hindpaw")
    return {
        "nose": nose,
        "left_ear": ears[:, 0],
        "right_ear": ears[:, 1],
        "neck": joints[:, -1],
        "back": joints[:, _JOINTS // 2],
        "left_side": left[:, _JOINTS // 2],
        "right_side": right[:, _JOINTS // 2],
        **{name: foot.points[:, 0] for name, foot in zip(names, paws[1::2], strict=True)},
        "tail_base": joints[:, 0],
        "tail_tip": tail.points[:, -1],
    }


def _point(directions: Track) -> Points:
    return np.stack([np.cos(directions), np.sin(directions)], axis=-1)


def _draw_tail(pose: MousePose, looks: MouseLooks, root: Points, direction: Track) -> Part:
    along = np.linspace(0.0, 1.0, 7)
    directions = (
        direction[:, None] + np.pi + pose.tail[:, None] * np.sin(np.pi * 0.9 * along) - 0.5 * pose.bend[:, None] * along
    )
    steps = 0.095 * looks.size * np.stack([np.cos(directions), np.sin(directions)], axis=-1)
    points = np.concatenate([root[:, None], root[:, None] + np.cumsum(steps, axis=1)], axis=1)
    return Part("line", points, tint(looks.skin, 0.72), width=0.05 * looks.size)


def _draw_paws(pose: MousePose, looks: MouseLooks, middle: Points) -> list[Part]:
    parts = []
    for paw, (root_forward, side) in enumerate([(0.2, -1.0), (0.2, 1.0), (-0.2, -1.0), (-0.2, 1.0)]):
        forward, sideward = pose.paw_forward[:, paw], side * pose.paw_sideward[:, paw]
        # The front of a bent body looks aside, and its paws with it.
        angle = pose.heading + pose.bend * np.clip(forward, -0.4, 0.5)
        root = np.stack([np.full_like(forward, root_forward), np.full_like(forward, 0.06 * side)], axis=-1)
        ends = looks.size * np.stack([root, np.stack([forward, sideward], axis=-1)], axis=1)
        limb = place(ends, middle, angle)
        parts.append(Part("line", limb, tint(looks.coat, 0.85), width=0.075 * looks.size, casts_shadow=True))
        parts.append(Part("disc", limb[:, 1:], looks.skin, width=0.044 * looks.size))
    return parts


def _draw_trunk(looks: MouseLooks, joints: Points, directions: Track, widths: Track) -> list[Part]:
    layers = [(1.0, 0.8), (0.74, 1.0), (0.42, 1.2)]
    parts = [
        Part("fill", wrap_spine(joints, directions, widths * part), tint(looks.coat, gain), casts_shadow=part == 1.0)
        for part, gain in layers
    ]
    for along, sideward, radius in looks.spots:
        joint = round(along * (_JOINTS - 1))
        aside = directions[:, joint] + np.pi / 2
        spot = joints[:, joint] + (sideward * widths[:, joint])[:, None] * _point(aside)
        parts.append(Part("disc", spot[:, None], tint(looks.coat, 0.62), width=radius * looks.size))
    return parts


def _draw_head(pose: MousePose, looks: MouseLooks, neck: Points, direction: Track) -> list[Part]:
    # A head that comes nearer to the camera looks larger; one that looks up is seen shortened.
    zoom = looks.size * (1.0 + 0.12 * pose.height)[:, None, None]
    shortened = np.stack([1.0 - 0.3 * pose.height, np.ones_like(pose.height)], axis=-1)[:, None] * zoom

    def at(points: NDArray[np.float64]) -> Points:
        return place(points * shortened, neck, direction)

    ears = np.array([[-0.01, -0.105], [-0.01, 0.105]])
    eyes = np.array([[0.11, -0.072], [0.11, 0.072]])
    return [
        Part("fill", at(_HEAD_OUTLINE), tint(looks.coat, 0.9), casts_shadow=True),
        Part("fill", at(shift(_HEAD_OUTLINE * 0.6, 0.02)), tint(looks.coat, 1.15)),
        Part("disc", at(ears), tint(looks.coat, 0.7), width=0.07 * looks.size),
        Part("disc", at(ears), tint(looks.skin, 0.62), width=0.046 * looks.size),
        Part("disc", at(eyes), (12.0, 10.0, 10.0), width=0.02 * looks.size),
        Part("disc", at(np.array([[0.235, 0.0]])), looks.skin, width=0.026 * looks.size),
    ]
