"""Gradient-boosted trees, grown by scikit-learn, whose numbers are tensors.

Axes: F frames, D latents, K outputs, R trees of an output, Q nodes of a tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

_DEEPEST = 8


class BoostedTrees(nn.Module):
    """For each output trees whose leaves add up to a logit. Until they are grown all logits are 0.

    A frame goes left at a node if its latent is at most the threshold. Leaves lead to themselves, so that all trees
    are gone down in step.

    Args:
        n_outputs: K.
        n_trees: R.
        max_leaves: Leaves of a tree at the most.
    """

    latent: Tensor
    threshold: Tensor
    left: Tensor
    right: Tensor
    value: Tensor
    bias: Tensor

    def __init__(self, n_outputs: int, n_trees: int, max_leaves: int) -> None:
        super().__init__()
        self._max_leaves, self._n_trees = max_leaves, n_trees
        shape = (n_outputs, n_trees, 2 * max_leaves - 1)
        for name in ("latent", "left", "right"):
            self.register_buffer(name, torch.zeros(shape, dtype=torch.int32))
        self.register_buffer("threshold", torch.zeros(shape))
        self.register_buffer("value", torch.zeros(shape))
        self.register_buffer("bias", torch.zeros(n_outputs))

    def forward(self, latents_FD: Tensor) -> Tensor:
        """Logits (F, K) for latents, float32."""
        n_outputs, n_trees, n_nodes = self.latent.shape
        first_node = torch.arange(n_outputs * n_trees, device=latents_FD.device) * n_nodes
        latent, threshold, left, right = (
            tensor.flatten() for tensor in (self.latent.long(), self.threshold, self.left.long(), self.right.long())
        )
        node = first_node.expand(len(latents_FD), -1)
        for _ in range(_DEEPEST):
            goes_left = latents_FD.gather(1, latent[node]) <= threshold[node]
            node = first_node + torch.where(goes_left, left[node], right[node])
        leaves = self.value.flatten()[node].view(len(latents_FD), n_outputs, n_trees)
        logits: Tensor = leaves.sum(dim=2) + self.bias
        return logits

    def grow(
        self, latents_FD: NDArray[np.float32], labels_FK: NDArray[np.int8], min_frames: int, learning_rate: float
    ) -> None:
        """Grow all trees anew, in place, present and absent weighing alike however rare.

        An output that never varies gets a constant logit that says how sure one can be after so many frames:
        log((present + 1) / (absent + 1)).

        Args:
            latents_FD: Latents.
            labels_FK: 1, 0, or -1 (not used).
            min_frames: Frames that each leaf holds at the least.
            learning_rate: How much each tree corrects those before it.
        """
        for tensor in self.buffers():
            tensor.zero_()
        for output, labels in enumerate(labels_FK.T):
            present, absent = int((labels == 1).sum()), int((labels == 0).sum())
            if present == 0 or absent == 0:
                self.bias[output] = float(np.log((present + 1) / (absent + 1)))
                continue
            model = self.make_classifier(min_frames, learning_rate)
            known = labels != -1
            # One thread: more would wait for each other on so few frames, and on cores that are shared.
            with threadpool_limits(1):
                model.fit(latents_FD[known], labels[known])
            self.take(output, model)

    def make_classifier(self, min_frames: int, learning_rate: float) -> HistGradientBoostingClassifier:
        """Scikit-learn's classifier for one output, not yet fitted."""
        return HistGradientBoostingClassifier(
            max_iter=self._n_trees,
            max_leaf_nodes=self._max_leaves,
            max_depth=_DEEPEST,
            min_samples_leaf=min_frames,
            learning_rate=learning_rate,
            early_stopping=False,
            class_weight="balanced",
            random_state=0,
        )

    def take(self, output: int, model: HistGradientBoostingClassifier) -> None:
        """Take over a fitted classifier of two classes, in place."""
        self.bias[output] = float(np.asarray(model._baseline_prediction).item())
        for tree, (predictor,) in enumerate(model._predictors):
            for name, numbers in _tensors_of(predictor.nodes).items():
                getattr(self, name)[output, tree, : len(numbers)] = torch.from_numpy(numbers)


def _tensors_of(nodes: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Numbers of one tree by the names of the buffers; each of shape (Q,)."""
    is_leaf = nodes["is_leaf"].astype(bool)
    itself = np.arange(len(nodes), dtype=np.int32)
    return {
        "latent": np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int32),
        "threshold": _at_most(np.where(is_leaf, 0.0, nodes["num_threshold"])),
        "left": np.where(is_leaf, itself, nodes["left"]).astype(np.int32),
        "right": np.where(is_leaf, itself, nodes["right"]).astype(np.int32),
        "value": np.where(is_leaf, nodes["value"], 0.0).astype(np.float32),
    }


def _at_most(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is not above each number: the latents on either side of it are the same."""
    rounded = numbers.astype(np.float32)
    below: NDArray[np.float32] = np.where(rounded > numbers, np.nextafter(rounded, np.float32(-np.inf)), rounded)
    return below
