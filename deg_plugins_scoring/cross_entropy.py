"""A loss for behaviours that exclude each other.

Axes: K outputs: the behaviours, and `none`, the last.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_NOT_LABELLED = -100


class CrossEntropy(nn.Module):
    """Softmax cross-entropy with class weights; the mean over labelled frames.

    Frames of class k weigh (1 / its frames) ** class_weight_exponent, times a factor that makes the mean weight of a
    training frame 1. A class that no training frame has weighs 0.

    DeepEthogram computes such weights, but then trains without them; `class_weight_exponent: 0` does the same.

    Args:
        class_weight_exponent: 0 or more; 0: every frame weighs 1.
        label_counts: Frames absent and present in the training labels, `none` last; shape (K, 2).
    """

    class_weight_K: Tensor

    def __init__(self, class_weight_exponent: float, label_counts: NDArray[np.int64]) -> None:
        super().__init__()
        self.register_buffer("class_weight_K", class_weights(label_counts, class_weight_exponent))

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Compute the loss. See `deg_core.api.Loss`.

        A frame counts as labelled where a behaviour is present, or where all are known to be absent. Labels between 0
        and 1, a teacher's probabilities, are shares of the classes, and what they lack to 1 is that of `none`.
        """
        if labels.is_floating_point():
            return self._soft(logits.float().flatten(0, -2), labels.flatten(0, -2))
        logits_FK = logits.float().flatten(0, -2)
        classes_F = to_classes(labels).flatten()
        total = functional.cross_entropy(
            logits_FK, classes_F, self.class_weight_K, ignore_index=_NOT_LABELLED, reduction="sum"
        )
        return total / (classes_F != _NOT_LABELLED).sum().clamp(min=1)

    def _soft(self, logits_FK: Tensor, labels: Tensor) -> Tensor:
        known_F = (labels >= 0).all(dim=-1)
        none = (1 - labels.sum(dim=-1, keepdim=True)).clamp(min=0)
        shares_FK = torch.cat([labels, none], dim=-1).masked_fill(~known_F[:, None], 0)
        total = functional.cross_entropy(logits_FK, shares_FK, self.class_weight_K, reduction="sum")
        return total / known_F.sum().clamp(min=1)


def to_classes(labels: Tensor) -> Tensor:
    """The class of every frame.

    Args:
        labels: 1, 0 or -1; shape (..., n_behaviours).

    Returns:
        Column of the behaviour that is present, n_behaviours for none, -100 where not known; shape (...), int64.
    """
    present = (labels == 1).int()
    nothing = torch.where((labels == -1).any(dim=-1), _NOT_LABELLED, labels.shape[-1])
    return torch.where(present.any(dim=-1), present.argmax(dim=-1), nothing)


def class_weights(label_counts: NDArray[np.int64], exponent: float) -> Tensor:
    """Weight of the frames of each class.

    Args:
        label_counts: Frames absent and present; shape (K, 2).
        exponent: 0 or more.

    Returns:
        Proportional to (1 / present) ** exponent, with mean 1 over all training frames; 0 for classes without any
        frame, unless the exponent is 0 and all weigh 1; (K,), float32.
    """
    present = label_counts[:, 1].astype(np.float64)
    weights = np.where(present > 0, 1 / np.maximum(present, 1), 0.0) ** exponent
    weights *= present.sum() / max(float((present * weights).sum()), 1e-12)
    return torch.from_numpy(weights.astype(np.float32))
