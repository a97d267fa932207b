"""Losses for behaviours that are each present or not, whatever the others are.

Axes: N clips or stretches in a batch, T frames, K behaviours.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_LEAST = 1e-7
"""Probabilities are kept this far from 0 and 1 where they weigh frames."""


class FocalBce(nn.Module):
    """Binary cross-entropy in which frames that are already right weigh less.

    After Lin et al., Focal Loss for Dense Object Detection (ICCV 2017), with the weights, smoothing and reduction of
    DeepEthogram (Bohnslav et al., eLife 2021).

    A label between 0 and 1, a teacher's probability, is a target like any other, and a frame is wrong by how far its
    probability is from it (Li et al., Generalized Focal Loss, NeurIPS 2020).

    The loss is summed over behaviours and frames and divided by the first axis, N. Padding and frames without labels
    add 0 and are not counted, so that padding a stretch changes nothing.

    Args:
        gamma: A frame weighs (how wrong its probability is) ** gamma.
        label_smoothing: Targets are this far from 0 and 1.
        class_weight_exponent: Present frames weigh (absent / present) ** this.
        label_counts: Frames absent and present in the training labels; shape (K, 2).
    """

    present_weight_K: Tensor

    def __init__(
        self, gamma: float, label_smoothing: float, class_weight_exponent: float, label_counts: NDArray[np.int64]
    ) -> None:
        super().__init__()
        self._gamma = gamma
        self._smoothing = label_smoothing
        self.register_buffer("present_weight_K", present_weights(label_counts, class_weight_exponent))

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Compute the loss. See `deg_core.api.Loss`."""
        # 16-bit logits of 50 frames would add up to nothing exact.
        logits = logits.float()
        target = labels.clamp(min=0).to(logits.dtype)
        smooth = target * (1 - 2 * self._smoothing) + self._smoothing
        weight = self.present_weight_K.to(logits.dtype)
        loss = functional.binary_cross_entropy_with_logits(logits, smooth, pos_weight=weight, reduction="none")
        if self._gamma:
            wrong = torch.where(labels == 1, (-logits).sigmoid(), (logits.sigmoid() - target).abs())
            loss = loss * wrong.clamp(_LEAST, 1 - _LEAST).pow(self._gamma)
        return loss.masked_fill(labels == -1, 0).sum() / max(1, len(logits))


def present_weights(label_counts: NDArray[np.int64], exponent: float) -> Tensor:
    """Weight of the frames in which each behaviour is present.

    Args:
        label_counts: Frames absent and present; shape (K, 2).
        exponent: 0 or more.

    Returns:
        (absent / present) ** exponent, where a behaviour that is always present counts as 1 and one that never is as 0,
        so that with exponent 0 all weigh 1; (K,), float32.
    """
    absent, present = label_counts.astype(np.float64).T
    ratios = absent / np.maximum(present, 1)
    ratios[absent == 0] = 1.0
    ratios[present == 0] = 0.0
    return torch.from_numpy((ratios**exponent).astype(np.float32))
