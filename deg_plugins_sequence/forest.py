"""Decision trees as tensors: fitted by scikit-learn, kept and asked without it.

Axes: F frames, X inputs, K outputs, E trees of an output, Z nodes of a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree; node 0 is its root.

    Attributes:
        feature: Input that a node looks at; shape (Z,).
        limit: Greatest value of it that goes left; shape (Z,), float64.
        left: Node to go to, itself at a leaf; shape (Z,).
        right: As `left`.
        value: What a leaf answers; shape (Z,).
    """

    feature: NDArray[np.int64]
    limit: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]


class Forest(nn.Module):
    """The sum of many trees for each output, with room for a fixed number of nodes.

    Not yet filled, it answers 0 everywhere.
    """

    feature: Tensor
    limit: Tensor
    below: Tensor
    value: Tensor
    start: Tensor

    def __init__(self, n_outputs: int, n_trees: int, n_nodes: int, depth: int) -> None:
        super().__init__()
        shape = (n_outputs, n_trees, n_nodes)
        self._depth = depth
        self.register_buffer("feature", torch.zeros(shape, dtype=torch.int32))
        self.register_buffer("limit", torch.zeros(shape))
        self.register_buffer("below", torch.zeros((*shape, 2), dtype=torch.int32))
        self.register_buffer("value", torch.zeros(shape))
        self.register_buffer("start", torch.zeros(n_outputs))

    @torch.no_grad()
    def fill(self, output: int, trees: Sequence[Tree], start: float) -> None:
        """Put the trees of one output in, in place.

        Args:
            output: Which.
            trees: At most as many, and as large, as there is room for.
            start: What is added to their sum.
        """
        for part in (self.feature, self.limit, self.below, self.value):
            part[output] = 0
        self.start[output] = start
        for index, tree in enumerate(trees):
            nodes = slice(len(tree.value))
            self.feature[output, index, nodes] = torch.from_numpy(tree.feature).int()
            self.limit[output, index, nodes] = torch.from_numpy(_float32_at_most(tree.limit))
            self.below[output, index, nodes] = torch.from_numpy(np.stack([tree.left, tree.right], axis=-1)).int()
            self.value[output, index, nodes] = torch.from_numpy(tree.value).float()

    def forward(self, inputs_FX: Tensor) -> Tensor:
        """Sum what the trees answer; shape (F, K)."""
        # Numbers of 32 bits: limits between two frames may differ in the last one.
        return torch.stack([self._sum(output, inputs_FX.float()) for output in range(len(self.start))], dim=-1)

    def _sum(self, output: int, inputs_FX: Tensor) -> Tensor:
        n_trees, n_nodes = self.value.shape[1:]
        first_E = torch.arange(n_trees, device=inputs_FX.device) * n_nodes
        feature, limit, value = (part[output].flatten() for part in (self.feature, self.limit, self.value))
        below = self.below[output].flatten(0, 1)
        at_FE = first_E.expand(len(inputs_FX), -1)
        for _ in range(self._depth):
            seen_FE = inputs_FX.gather(1, feature[at_FE].long())
            at_FE = first_E + below[at_FE, (seen_FE > limit[at_FE]).long()]
        return value[at_FE].sum(dim=1) + self.start[output]


def _float32_at_most(limits: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is not above: float32 inputs are divided exactly as by the limit itself."""
    near = limits.astype(np.float32)
    below: NDArray[np.float32] = np.where(near > limits, np.nextafter(near, np.float32(-np.inf)), near)
    return below
