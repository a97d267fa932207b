"""Small films of an ellipse, for tests only."""

from __future__ import annotations

import math

import torch
from torch import Tensor

ARENA = torch.tensor([0.0, 0.0, 1.0, 1.0])


def ellipse(
    x: float, y: float, angle: float, axes: tuple[float, float] = (0.3, 0.12), size: tuple[int, int] = (64, 64)
) -> Tensor:
    """Where an ellipse is in a frame; lengths in frame heights, full axes; shape (H, W), bool."""
    height, width = size
    columns = (torch.arange(width) + 0.5) / height
    rows = ((torch.arange(height) + 0.5) / height)[:, None]
    along = (columns - x) * math.cos(angle) + (rows - y) * math.sin(angle)
    across = (rows - y) * math.cos(angle) - (columns - x) * math.sin(angle)
    return (2 * along / axes[0]) ** 2 + (2 * across / axes[1]) ** 2 <= 1


def film(masks: list[Tensor], light: float = 0.0) -> Tensor:
    """Frames (S, 3, H, W): an uneven floor, z-scored or nearly so, a bright animal, and a little noise."""
    height, width = masks[0].shape
    floor = torch.linspace(-0.5, 0.5, width).expand(height, width) + torch.linspace(0, 0.3, height)[:, None]
    noise = 0.03 * torch.randn(len(masks), 3, height, width, generator=torch.Generator().manual_seed(0))
    return floor + light + 2.0 * torch.stack(masks)[:, None] + noise
