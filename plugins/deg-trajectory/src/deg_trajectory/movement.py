"""Features of each frame as in Kabra et al. (JAABA, Nature Methods 2013): place, shape, and how both change.

Axes: F frames that are asked about, W frames of the window around each, M measures, P features.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from deg_trajectory.ellipse import (
    ANGLE,
    AREA,
    BRIGHTNESS,
    CONTRAST,
    MAJOR,
    MINOR,
    PRESENT,
    SKEW,
    X,
    Y,
)

FEATURES = (
    "x",
    "y",
    "wall_distance",
    "centre_distance",
    "major",
    "minor",
    "slenderness",
    "area",
    "contrast",
    "skew",
    "speed",
    "forward",
    "sideways",
    "slip",
    "acceleration",
    "turning",
    "turn",
    "angular_acceleration",
    "major_change",
    "minor_change",
    "area_change",
    "slenderness_change",
    "wall_approach",
    "flicker",
    "outline_change",
    "brightness",
    "present",
)
"""What is said of each frame: lengths in frame heights, angles in radians, changes per frame."""

_STILL = 0.02
"""Movement below this share of a body length per frame does not tell the head from the tail."""


def describe(measures_FWM: Tensor, flicker_FW2: Tensor, arena: Tensor) -> Tensor:
    """Say how the animal lies and moves in each frame of a window but its first and last.

    Args:
        measures_FWM: See `ellipse.measure`.
        flicker_FW2: See `ellipse.flicker`; of each frame against the one before.
        arena: Least x, least y, greatest x and greatest y that the animal usually has; shape (4,).

    Returns:
        Shape (F, W - 2, P), by `FEATURES`.
    """
    measures_FWM = fill_gaps(measures_FWM)
    heading_FW, kept_FW = resolve_headings(measures_FWM)
    place_FW2 = measures_FWM[..., [X, Y]]
    velocity, bend = _slope(place_FW2), _curve(place_FW2)
    direction = torch.stack([torch.cos(heading_FW), torch.sin(heading_FW)], dim=-1)[:, 1:-1]
    forward = (velocity * direction).sum(dim=-1)
    sideways = velocity[..., 1] * direction[..., 0] - velocity[..., 0] * direction[..., 1]
    walls_FW, slender_FW = _wall_distance(place_FW2, arena), measures_FWM[..., MINOR] / _body(measures_FWM)
    turn = _slope(heading_FW)
    inner = measures_FWM[:, 1:-1]
    centre = torch.stack([arena[0] + arena[2], arena[1] + arena[3]]) / 2
    columns = [
        inner[..., X],
        inner[..., Y],
        walls_FW[:, 1:-1],
        (place_FW2[:, 1:-1] - centre).norm(dim=-1),
        inner[..., MAJOR],
        inner[..., MINOR],
        slender_FW[:, 1:-1],
        inner[..., AREA],
        inner[..., CONTRAST],
        inner[..., SKEW] * kept_FW[:, 1:-1],
        velocity.norm(dim=-1),
        forward,
        sideways.abs(),
        torch.atan2(sideways.abs(), forward),
        bend.norm(dim=-1),
        turn.abs(),
        turn,
        _curve(heading_FW).abs(),
        *(_slope(measures_FWM[..., which]) for which in (MAJOR, MINOR, AREA)),
        _slope(slender_FW),
        -_slope(walls_FW),
        flicker_FW2[:, 1:-1, 0],
        flicker_FW2[:, 1:-1, 1],
        inner[..., BRIGHTNESS],
        inner[..., PRESENT],
    ]
    return torch.stack(columns, dim=-1)


def fill_gaps(measures_FWM: Tensor) -> Tensor:
    """Frames without an animal as in the last frame that has one, else as in the next; a new tensor.

    Presence and brightness stay those of the frame itself.
    """
    n_frames = measures_FWM.shape[1]
    seen_FW = measures_FWM[..., PRESENT] > 0
    index_W = torch.arange(n_frames, device=measures_FWM.device)
    before_FW = torch.where(seen_FW, index_W, -1).cummax(dim=1).values
    after_FW = torch.where(seen_FW, index_W, n_frames).flip(1).cummin(dim=1).values.flip(1)
    source_FW = torch.where(before_FW >= 0, before_FW, after_FW)
    source_FW = torch.where(source_FW < n_frames, source_FW, index_W)
    filled = measures_FWM.gather(1, source_FW[..., None].expand_as(measures_FWM))
    filled[..., [PRESENT, BRIGHTNESS]] = measures_FWM[..., [PRESENT, BRIGHTNESS]]
    return filled


def resolve_headings(measures_FWM: Tensor) -> tuple[Tensor, Tensor]:
    """Tell heads from tails: an ellipse has none.

    From frame to frame the body turns by the smaller of both angles. Which end is the head is decided once for a
    window: animals go forwards; one that stays where it is has its thin end, the tail, behind.

    Args:
        measures_FWM: See `ellipse.measure`, without gaps.

    Returns:
        Headings, radians, unwrapped (F, W); and 1 or -1, whether each ellipse's own angle was kept or turned round
        (F, W).
    """
    angle_FW = measures_FWM[..., ANGLE]
    steps = torch.remainder(angle_FW[:, 1:] - angle_FW[:, :-1] + math.pi / 2, math.pi) - math.pi / 2
    heading_FW = torch.cat([angle_FW[:, :1], angle_FW[:, :1] + steps.cumsum(dim=1)], dim=1)
    # An ellipse's own angle may have been turned round by half a turn on the way; its skew then changes sign.
    kept_FW = torch.cos(heading_FW - angle_FW).sign()
    velocity = _slope(measures_FWM[..., [X, Y]])
    direction = torch.stack([torch.cos(heading_FW), torch.sin(heading_FW)], dim=-1)[:, 1:-1]
    forward = (velocity * direction).sum(dim=-1)
    movement_F = (forward * velocity.norm(dim=-1)).mean(dim=1)
    moves_F = movement_F.abs() > (_STILL * _body(measures_FWM).mean(dim=1)) ** 2
    shape_F = -(measures_FWM[..., SKEW] * kept_FW).mean(dim=1)
    score_F = torch.where(moves_F, movement_F, shape_F)
    is_turned_F1 = (score_F < 0)[:, None]
    return heading_FW + is_turned_F1 * math.pi, torch.where(is_turned_F1, -kept_FW, kept_FW)


def _wall_distance(place_FW2: Tensor, arena: Tensor) -> Tensor:
    return torch.minimum(place_FW2 - arena[:2], arena[2:] - place_FW2).amin(dim=-1)


def _body(measures_FWM: Tensor) -> Tensor:
    return measures_FWM[..., MAJOR].clamp(min=1e-4)


def _slope(values: Tensor) -> Tensor:
    """Change per frame along W, from both neighbours; two frames shorter."""
    return (values[:, 2:] - values[:, :-2]) / 2


def _curve(values: Tensor) -> Tensor:
    """Change of the change per frame along W; two frames shorter."""
    return values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
