"""Principal components whose numbers are tensors.

Axes: F frames, V pixels of a small picture.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import IncrementalPCA
from threadpoolctl import threadpool_limits
from torch import Tensor, nn
from torch.nn import functional

_ROWS_AT_ONCE = 1024


class Projection(nn.Module):
    """Scores of principal components, scaled to variance 1 over the training data. All 0 until fitted.

    Args:
        n_pixels: V.
        n_components: Components. Those that the data are too few or too plain for stay 0.
    """

    mean: Tensor
    components: Tensor

    def __init__(self, n_pixels: int, n_components: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_pixels))
        self.register_buffer("components", torch.zeros(n_components, n_pixels))

    def forward(self, pixels: Tensor) -> Tensor:
        """Pictures (..., V) to scores (..., n_components)."""
        return functional.linear(pixels - self.mean, self.components)

    def take(self, pca: IncrementalPCA) -> None:
        """Take over a fitted analysis, in place."""
        spread = pca.explained_variance_
        kept = spread > 1e-9 * max(float(spread[0]), 1e-12)
        scaled = pca.components_[kept] / np.sqrt(spread[kept])[:, None]
        self.mean.copy_(torch.from_numpy(pca.mean_))
        self.components.zero_()
        self.components[: len(scaled)] = torch.from_numpy(scaled).to(self.components)


class ComponentSearch:
    """Finds principal components of pictures that come in batches and need not fit in memory together.

    Args:
        n_components: How many to look for.
    """

    def __init__(self, n_components: int) -> None:
        self._n_components = n_components
        self._waiting: list[NDArray[np.float32]] = []
        self._pca: IncrementalPCA | None = None

    def add(self, rows_FV: NDArray[np.float32]) -> None:
        """Take in more pictures."""
        self._waiting.append(rows_FV)
        # Twice as many, so that never too few are left for the last step.
        if sum(map(len, self._waiting)) >= 2 * _ROWS_AT_ONCE:
            rows_FV = np.concatenate(self._waiting)
            self._waiting = [rows_FV[_ROWS_AT_ONCE:]]
            self._step(rows_FV[:_ROWS_AT_ONCE])

    def finish(self) -> IncrementalPCA | None:
        """The components; None after fewer than two pictures."""
        rows_FV = np.concatenate(self._waiting) if self._waiting else np.empty((0, 0), dtype=np.float32)
        if len(rows_FV) > 1:
            self._step(rows_FV)
        return self._pca

    def _step(self, rows_FV: NDArray[np.float32]) -> None:
        if self._pca is None:
            self._pca = IncrementalPCA(n_components=min(self._n_components, *rows_FV.shape))
        # It divides by the variance of all pixels, which is 0 where nothing ever changes.
        # One thread is enough for so little, and waits for no other where cores are shared.
        with np.errstate(invalid="ignore"), threadpool_limits(1, user_api="blas"):
            self._pca.partial_fit(rows_FV)
