"""The Brier score: squared error of probabilities.

Axes: K behaviours.
"""

from __future__ import annotations

from torch import Tensor, nn


class Brier(nn.Module):
    """Logits and labels (..., K) go in, a scalar comes out. Labels of -1 carry no weight."""

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        known = labels >= 0
        error = (logits.sigmoid() - labels.clamp(min=0)).square()
        return (error * known).sum() / known.sum().clamp(min=1)
