"""A binary cross-entropy that makes up for rarity.

Axes: N clips, T frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional


class BalancedLoss(nn.Module):
    """Cross-entropy with a weight for frames in which a behaviour is present; see `deg_core.api.Loss`.

    Args:
        balance: 0: every frame weighs the same; 1: those with and without the behaviour weigh as much together.
        label_counts: Frames absent and present in the training labels; shape (K, 2).
    """

    weight_K: Tensor

    def __init__(self, balance: float, label_counts: NDArray[np.int64]) -> None:
        super().__init__()
        absent_K, present_K = (label_counts + 1.0).T  # one frame more, so that nothing is divided by 0
        weight_K = torch.tensor((absent_K / present_K) ** balance, dtype=torch.float32)
        self.register_buffer("weight_K", weight_K)

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Mean over what is labelled.

        Args:
            logits: Shape (N, K) or (N, T, K).
            labels: 1, 0, or -1 where not labelled, which carries no weight; the same shape.
        """
        known = labels >= 0
        wanted = labels.clamp(min=0).to(logits.dtype)
        cost = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none", pos_weight=self.weight_K)
        return (cost * known).sum() / known.sum().clamp(min=1)
