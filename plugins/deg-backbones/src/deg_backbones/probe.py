"""A logistic regression for each output, on the frames that are labelled for it.

Axes: F frames, D latents, K outputs.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch import Tensor


def output_labels(labels: Tensor, n_outputs: int) -> Tensor:
    """Labels of every output; in an exclusive project one column more, for `none`.

    Args:
        labels: 1, 0 or -1 (not labelled); shape (..., n_behaviours).
        n_outputs: K: n_behaviours, or one more.

    Returns:
        Shape (..., K). `none` is 1 where all behaviours are known to be absent, 0 where one is present, else -1.
    """
    if labels.shape[-1] == n_outputs:
        return labels
    none = torch.where((labels == 1).any(-1), 0, torch.where((labels == -1).any(-1), -1, 1))
    return torch.cat([labels, none.unsqueeze(-1).to(labels.dtype)], dim=-1)


def fit_outputs(
    latents_FD: NDArray[np.float32], labels_FK: NDArray[np.int8], strength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit all outputs, present and absent weighing alike however rare.

    Args:
        latents_FD: Latents, of like scale, so that the penalty treats all alike.
        labels_FK: 1, 0 or -1 (not used).
        strength: C of scikit-learn's `LogisticRegression`.

    Returns:
        Weights (K, D) and biases (K,). An output that never varies gets a constant logit that says how sure one can be
        after so many frames: log((present + 1) / (absent + 1)).
    """
    weight = np.zeros((labels_FK.shape[1], latents_FD.shape[1]), dtype=np.float32)
    bias = np.zeros(labels_FK.shape[1], dtype=np.float32)
    for output, labels in enumerate(labels_FK.T):
        known = labels != -1
        n_present, n_known = int((labels == 1).sum()), int(known.sum())
        if n_present in (0, n_known):
            bias[output] = np.log((n_present + 1) / (n_known - n_present + 1))
            continue
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
        model.fit(latents_FD[known], labels[known])
        weight[output], bias[output] = model.coef_[0], model.intercept_[0]
    return weight, bias
