"""A published network as it is, whose latents are computed once, and a last layer that scikit-learn fits to them.

Axes: N chunks, S frames of a chunk, T frames in its middle, F frames of all examples, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from deg_core.api import fit_logistic
from numpy.typing import NDArray
from torch import Tensor

from deg_backbones.clip import Clip
from deg_backbones.extractor import Extractor
from deg_backbones.published import Published

Examples = Iterable[tuple[Tensor, Tensor]]


class FrozenExtractor(Extractor):
    """Latents of a network, each with mean 0 and variance 1 over the training frames, and a linear layer on them.

    Nothing of it learns by gradient descent, so that training sees every labelled frame once. What varies too little to
    be told from rounding is not scaled.

    Args:
        published: The network.
        clip: What it sees around a frame.
        weights: `hub`, `none`, or a path.
        n_outputs: K.
        strength: C of the logistic regression.
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, published: Published, clip: Clip, weights: str, n_outputs: int, *, strength: float) -> None:
        super().__init__(published, clip, weights, n_outputs, frozen=True, dropout=0.0)
        self._strength = strength
        self.head.requires_grad_(False)
        self.register_buffer("centre", torch.zeros(self.n_latents))
        self.register_buffer("spread", torch.ones(self.n_latents))

    def see(self, frames_NSCHW: Tensor) -> Tensor:
        """Latents (N, T, D)."""
        return (super().see(frames_NSCHW).float() - self.centre) / self.spread

    @torch.no_grad()
    def fit(self, examples: Examples) -> None:
        """Fit to labelled examples, in place, going through them once. See `deg_core.api.FitsDirectly`."""
        self.centre.zero_()
        self.spread.fill_(1)
        seen = [(_rows(self.see(frames)), _rows(marks)) for frames, marks in examples]
        latents_FD, labels_FK = (np.concatenate(each) for each in zip(*seen, strict=True))
        centre, spread = latents_FD.mean(axis=0), latents_FD.std(axis=0)
        spread[spread <= 1e-5 * float(np.abs(latents_FD).max())] = 1
        weight, bias = fit_logistic((latents_FD - centre) / spread, labels_FK, self._strength)
        pairs = ((self.centre, centre), (self.spread, spread), (self.head.weight, weight), (self.head.bias, bias))
        for tensor, values in pairs:
            tensor.copy_(torch.from_numpy(values))


def _rows(values: Tensor) -> NDArray[np.float32]:
    """(N, T, X) to rows (N * T, X)."""
    rows: NDArray[np.float32] = values.flatten(0, 1).cpu().numpy()
    return rows
