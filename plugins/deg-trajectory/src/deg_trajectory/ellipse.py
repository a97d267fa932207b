"""The animal of one frame in numbers: an ellipse with the moments of its silhouette, and what is seen within it.

Axes: F frames, h, w of small pictures.
"""

from __future__ import annotations

import torch
from torch import Tensor

X, Y, ANGLE, MAJOR, MINOR, AREA, CONTRAST, SKEW, PRESENT, BRIGHTNESS = range(10)
"""What `measure` gives, in this order; lengths are shares of the frame's height, the angle is in radians."""
N_MEASURES = 10


def measure(difference_Fhw: Tensor, mask_Fhw: Tensor, brightness_F: Tensor, aspect: float) -> Tensor:
    """Measure the animal in each frame.

    Args:
        difference_Fhw: Difference from the background.
        mask_Fhw: Where the animal is, bool.
        brightness_F: Of each frame as a whole.
        aspect: Width of the frame over its height; small pictures are square whatever the frame was.

    Returns:
        Shape (F, N_MEASURES); where no animal is all but the brightness is 0.
    """
    height, width = mask_Fhw.shape[1:]
    weight_Fhw = mask_Fhw.to(difference_Fhw.dtype)
    x = ((torch.arange(width, device=mask_Fhw.device) + 0.5) * aspect / width).to(weight_Fhw)
    y = ((torch.arange(height, device=mask_Fhw.device) + 0.5) / height).to(weight_Fhw)[:, None]
    n = weight_Fhw.sum(dim=(1, 2))
    safe_n = n.clamp(min=1)
    mean_x, mean_y = ((weight_Fhw * axis).sum(dim=(1, 2)) / safe_n for axis in (x, y))
    dx, dy = x - mean_x[:, None, None], y - mean_y[:, None, None]
    # A pixel is a small rectangle and no point: its own spread keeps axes above 0.
    xx = (weight_Fhw * dx * dx).sum(dim=(1, 2)) / safe_n + (aspect / width) ** 2 / 12
    yy = (weight_Fhw * dy * dy).sum(dim=(1, 2)) / safe_n + (1 / height) ** 2 / 12
    xy = (weight_Fhw * dx * dy).sum(dim=(1, 2)) / safe_n
    angle, major, minor = _axes(xx, yy, xy)
    along = dx * torch.cos(angle)[:, None, None] + dy * torch.sin(angle)[:, None, None]
    skew = (weight_Fhw * along**3).sum(dim=(1, 2)) / safe_n / major**3 * 64
    contrast = (weight_Fhw * difference_Fhw).sum(dim=(1, 2)) / safe_n
    area = n * aspect / (height * width)
    present = (n > 0).to(weight_Fhw)
    measures = torch.stack([mean_x, mean_y, angle, major, minor, area, contrast, skew, present], dim=1)
    return torch.cat([measures * present[:, None], brightness_F[:, None]], dim=1)


def flicker(difference_Fhw: Tensor, mask_Fhw: Tensor) -> Tensor:
    """How the animal changed since the frame before, in itself and in its outline.

    Args:
        difference_Fhw: Difference from the background, of neighbouring frames.
        mask_Fhw: Where the animal is, bool.

    Returns:
        Mean change of pixels that belong to the animal in either frame, and share of them that belong to it in one
        only; shape (F - 1, 2).
    """
    either = mask_Fhw[1:] | mask_Fhw[:-1]
    one = mask_Fhw[1:] ^ mask_Fhw[:-1]
    n = either.sum(dim=(1, 2)).clamp(min=1)
    change = (difference_Fhw[1:] - difference_Fhw[:-1]).abs() * either
    return torch.stack([change.sum(dim=(1, 2)) / n, one.sum(dim=(1, 2)) / n], dim=1)


def _axes(xx: Tensor, yy: Tensor, xy: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Angle of the major axis, within half a turn, and full lengths of both axes of the ellipse of these moments."""
    angle = 0.5 * torch.atan2(2 * xy, xx - yy)
    half_sum, root = (xx + yy) / 2, torch.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    major, minor = (4 * torch.sqrt((half_sum + sign * root).clamp(min=1e-12)) for sign in (1, -1))
    return angle, major, minor
