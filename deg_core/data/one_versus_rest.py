"""Each output of a classifier by itself: its labels, and a logistic regression on the frames that are labelled for it.

Axes: F frames, D latents, K outputs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def output_labels(labels: NDArray[np.int8], *, exclusive: bool) -> NDArray[np.int8]:
    """Labels of every output.

    Args:
        labels: 1, 0 or -1 (not labelled) of each behaviour; shape (..., K).
        exclusive: Whether the behaviours exclude each other. Then `none` comes last: 1 where all are labelled absent,
            0 where one is present, else -1.

    Returns:
        The same, or shape (..., K + 1) with `none`.
    """
    if not exclusive:
        return labels
    none = np.where((labels == 1).any(-1), 0, np.where((labels == 0).all(-1), 1, -1))
    return np.concatenate([labels, none[..., None].astype(np.int8)], axis=-1)


def fit_logistic(
    latents_FD: NDArray[np.float32], labels_FK: NDArray[np.int8], strength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit a logistic regression to each output, present and absent weighing alike however rare.

    Args:
        latents_FD: Latents; standardised inside, so that the penalty treats all alike.
        labels_FK: 1, 0 or -1 (not used).
        strength: C of scikit-learn's `LogisticRegression`: more fits the labels more closely.

    Returns:
        Weights (K, D) and biases (K,) for the latents as they are. An output that never varies gets a constant logit
        that says how sure one can be after so many frames: log((present + 1) / (absent + 1)).
    """
    from sklearn.linear_model import LogisticRegression  # here, so that importing the API stays quick
    from sklearn.preprocessing import StandardScaler

    weight = np.zeros((labels_FK.shape[1], latents_FD.shape[1]), dtype=np.float32)
    bias = np.zeros(labels_FK.shape[1], dtype=np.float32)
    for output, labels in enumerate(labels_FK.T):
        present, absent = (labels == 1).sum(), (labels == 0).sum()
        if present == 0 or absent == 0:
            bias[output] = np.log((present + 1) / (absent + 1))
            continue
        known = labels != -1
        scaler = StandardScaler().fit(latents_FD[known])
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
        model.fit(scaler.transform(latents_FD[known]), labels[known])
        weight[output] = model.coef_[0] / scaler.scale_
        bias[output] = model.intercept_[0] - (model.coef_[0] / scaler.scale_) @ scaler.mean_
    return weight, bias
