"""What a fly looks like from above. Lengths are in body lengths where said, else in sides of the picture. T frames."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from deg_plugins_sample.figure import Colour, Figure, Part, Points, draw_ellipse, link, place, shift, tint, turn

Track = NDArray[np.float64]

_THORAX = draw_ellipse(0.165, 0.125)
_HEAD = draw_ellipse(0.075, 0.115)
_ABDOMEN = draw_ellipse(0.25, 0.13)
# A wing, hinge at the origin, pointing forward.
_WING = np.array(
    [
        [0.0, -0.02],
        [0.12, -0.075],
        [0.32, -0.115],
        [0.5, -0.1],
        [0.6, -0.03],
        [0.58, 0.05],
        [0.42, 0.095],
        [0.2, 0.07],
        [0.0, 0.02],
    ]
)
_VEIN = np.array([[0.0, 0.0], [0.3, -0.03], [0.57, -0.01]])
# Roots of the legs: fore left, fore right, middle left, middle right, hind left, hind right.
_SIDES = (-1.0, 1.0, -1.0, 1.0, -1.0, 1.0)
_ROOTS = (0.1, 0.1, 0.0, 0.0, -0.09, -0.09)


@dataclass(frozen=True)
class FlyPose:
    """How a fly holds itself; every field has the shape (T,), lengths in body lengths unless said otherwise.

    Attributes:
        x: Middle of the thorax, sides of the picture.
        y: Middle of the thorax, sides of the picture.
        heading: Radians.
        yaw: Turn of the head, radians.
        bend: Turn of the abdomen, radians, positive with its tip to the left.
        wing: Left and right wing, away from folded back, radians; shape (T, 2).
        foot_forward: Feet, pair by pair from the front, left first: forward of the thorax; shape (T, 6).
        foot_sideward: The same feet: away from the midline; shape (T, 6).
    """

    x: Track
    y: Track
    heading: Track
    yaw: Track
    bend: Track
    wing: NDArray[np.float64]
    foot_forward: NDArray[np.float64]
    foot_sideward: NDArray[np.float64]

    def part(self, start: int, stop: int) -> FlyPose:
        """The frames from `start` up to, not including, `stop`."""
        return FlyPose(**{field.name: getattr(self, field.name)[start:stop] for field in fields(self)})


@dataclass(frozen=True)
class FlyLooks:
    """How one fly differs from another.

    Attributes:
        size: What is called a body length here, sides of the picture; from the front of the head to the tip of the
            abdomen it is 0.88 of it, and the rest is legs.
        cuticle: Colour of the body.
        eye: Colour of the eyes.
        glass: Colour of the wings.
        bands: Dark part of each of the bands of the abdomen, 0..1.
    """

    size: float
    cuticle: Colour
    eye: Colour
    glass: Colour
    bands: float


def draw_looks(rng: np.random.Generator) -> FlyLooks:
    """Draw a fly."""
    shade = rng.uniform(70, 105)
    glass = rng.uniform(205, 235)
    return FlyLooks(
        size=rng.uniform(0.4, 0.46),
        cuticle=(shade * 1.2, shade * 0.92, shade * 0.55),
        eye=(rng.uniform(130, 175), rng.uniform(20, 45), rng.uniform(15, 35)),
        glass=(glass, glass, min(255.0, glass * 1.05)),
        bands=rng.uniform(0.3, 0.6),
    )


def shape_fly(pose: FlyPose, looks: FlyLooks) -> Figure:
    """Give a pose its outlines."""
    middle = np.stack([pose.x, pose.y], axis=-1)
    legs, wings = _draw_legs(pose, looks, middle), _draw_wings(pose, looks, middle)
    abdomen, front = _draw_abdomen(pose, looks, middle), _draw_front(pose, looks, middle)
    keypoints = _name_keypoints(middle, legs, abdomen[0], front[0], wings[2::3])
    return Figure((*legs, *abdomen, *front, *wings), np.zeros(len(pose.x)), keypoints)


def _name_keypoints(
    middle: Points, legs: list[Part], abdomen: Part, head: Part, veins: list[Part]
) -> dict[str, Points]:
    """What is drawn, under the names that trackers' users give it."""
    feet = [f"{side}_{pair}_foot" for pair in ("fore", "middle", "hind") for side in ("left", "right")]
    return {
        "head": head.points[:, 0],
        "thorax": middle,
        "abdomen_tip": abdomen.points[:, abdomen.points.shape[1] // 2],
        "left_wing_tip": veins[0].points[:, -1],
        "right_wing_tip": veins[1].points[:, -1],
        **{name: leg.points[:, -1] for name, leg in zip(feet, legs, strict=True)},
    }


def _draw_legs(pose: FlyPose, looks: FlyLooks, middle: Points) -> list[Part]:
    parts = []
    for leg, (side, root_forward) in enumerate(zip(_SIDES, _ROOTS, strict=True)):
        forward, sideward = pose.foot_forward[:, leg], side * pose.foot_sideward[:, leg]
        root = np.broadcast_to([root_forward, side * 0.07], (len(forward), 2))
        foot = np.stack([forward, sideward], axis=-1)
        # The knee stands off to the side, the more so the nearer the foot is drawn to the body.
        knee = (
            0.45 * root
            + 0.55 * foot
            + np.stack([0.1 * (forward - root_forward), np.full_like(forward, side * 0.075)], axis=-1)
        )
        limb = place(looks.size * link(root, knee, foot), middle, pose.heading)
        parts.append(Part("line", limb, tint(looks.cuticle, 0.6), width=0.04 * looks.size, casts_shadow=True))
    return parts


def _draw_abdomen(pose: FlyPose, looks: FlyLooks, middle: Points) -> list[Part]:
    def at(points: Points) -> Points:
        bent = shift(turn(points, pose.bend), -0.13)
        return place(looks.size * bent, middle, pose.heading)

    parts = [
        Part("fill", at(shift(_ABDOMEN, -0.22)), tint(looks.cuticle, 1.15), casts_shadow=True),
    ]
    for along, half in [(-0.16, 0.12), (-0.25, 0.125), (-0.34, 0.105), (-0.42, 0.065)]:
        parts.append(
            Part(
                "line",
                at(np.array([[along, -half], [along, half]])),
                tint(looks.cuticle, looks.bands),
                width=0.04 * looks.size,
            )
        )
    return parts


def _draw_front(pose: FlyPose, looks: FlyLooks, middle: Points) -> list[Part]:
    def on_thorax(points: Points) -> Points:
        return place(looks.size * points, middle, pose.heading)

    def on_head(points: Points) -> Points:
        return place(looks.size * shift(turn(points, pose.yaw), 0.2), middle, pose.heading)

    eyes = np.array([[0.01, -0.085], [0.01, 0.085]])
    return [
        Part("fill", on_head(_HEAD), tint(looks.cuticle, 0.85), casts_shadow=True),
        Part("disc", on_head(eyes), looks.eye, width=0.052 * looks.size),
        Part("fill", on_thorax(_THORAX), looks.cuticle, casts_shadow=True),
        Part("fill", on_thorax(shift(_THORAX * 0.6, 0.02)), tint(looks.cuticle, 1.2)),
    ]


def _draw_wings(pose: FlyPose, looks: FlyLooks, middle: Points) -> list[Part]:
    parts = []
    for wing, side in enumerate((-1.0, 1.0)):
        # Folded wings point back and cross the midline a little.
        angle = side * (np.pi + 0.08 - pose.wing[:, wing])

        def at(points: Points, angle: Track = angle, side: float = side) -> Points:
            mirrored = points * [1.0, side]
            return place(looks.size * shift(turn(mirrored, angle), 0.0, side * 0.075), middle, pose.heading)

        parts.append(Part("fill", at(_WING), looks.glass, opacity=0.42))
        parts.append(
            Part("line", at(np.concatenate([_WING, _WING[:1]])), tint(looks.glass, 0.5), width=0.012 * looks.size)
        )
        parts.append(Part("line", at(_VEIN), tint(looks.glass, 0.55), width=0.012 * looks.size))
    return parts
