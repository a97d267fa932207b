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
    "along",
    "across",
    "slip",
    "acceleration",
    "turning",
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
"""What is said of each frame: lengths in frame heights, angles in radians, changes per frame.

An ellipse has no head, so nothing depends on which end it would be.
"""


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
    place_FW2, angle_FW = measures_FWM[..., [X, Y]], measures_FWM[..., ANGLE]
    velocity, bend = _slope(place_FW2), _curve(place_FW2)
    axis = torch.stack([torch.cos(angle_FW), torch.sin(angle_FW)], dim=-1)[:, 1:-1]
    along = (velocity * axis).sum(dim=-1).abs()
    across = (velocity[..., 1] * axis[..., 0] - velocity[..., 0] * axis[..., 1]).abs()
    # From frame to frame a body turns by the smaller of both angles.
    turns = torch.remainder(angle_FW.diff(dim=1) + math.pi / 2, math.pi) - math.pi / 2
    walls_FW, slender_FW = _wall_distance(place_FW2, arena), measures_FWM[..., MINOR] / _body(measures_FWM)
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
        inner[..., SKEW].abs(),
        velocity.norm(dim=-1),
        along,
        across,
        torch.atan2(across, along),
        bend.norm(dim=-1),
        (turns[:, 1:] + turns[:, :-1]).abs() / 2,
        turns.diff(dim=1).abs(),
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
