"""A baseline without a neural network: principal components of picture and movement, then logistic regression.

Axes: N chunks, S frames of a chunk, T frames in its middle, F = N * T frames, C channels, H, W, V pixels of a small
picture, D latents, K outputs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from deg_core.api import fit_logistic
from deg_plugins_features.projection import ComponentSearch, Projection
from deg_plugins_features.settings import PixelPcaSettings

Examples = Iterable[tuple[Tensor, Tensor]]


class PixelPca(nn.Module):
    """Latents are the components of picture and movement, with variance 1.

    All fitted numbers are buffers: it has no parameters for gradient descent, and is fitted by scikit-learn.

    Attributes:
        window: Frames seen around one frame.
        n_latents: Twice the components.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, settings: PixelPcaSettings, n_outputs: int) -> None:
        super().__init__()
        self.window = settings.window
        self.n_latents = 2 * settings.n_components
        self._settings = settings
        self.picture = Projection(settings.size**2, settings.n_components)
        self.movement = Projection(settings.size**2, settings.n_components)
        self.register_buffer("weight", torch.zeros(n_outputs, self.n_latents))
        self.register_buffer("bias", torch.zeros(n_outputs))

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None = None) -> tuple[Tensor, Tensor]:  # noqa: ARG002
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = T + window - 1.
            flow_NTPCHW: Not looked at.

        Returns:
            Latents (N, T, D) and logits (N, T, K).
        """
        # A linear baseline has nothing to gain from 16 bits, and its components much to lose.
        with torch.autocast(frames_NSCHW.device.type, enabled=False):
            picture_NTV, movement_NTV = self._look(frames_NSCHW.float())
            latents_NTD = torch.cat([self.picture(picture_NTV), self.movement(movement_NTV)], dim=-1)
            return latents_NTD, functional.linear(latents_NTD, self.weight, self.bias)

    @torch.no_grad()
    def fit(self, examples: Examples) -> None:
        """Fit to labelled examples, in place. See `deg_core.api.FitsDirectly`.

        Each behaviour gets a logistic regression of its own on the frames labelled for it, in which present and absent
        weigh alike. Examples are gone through twice; of all frames only latents are held in memory.
        """
        self._fit_components(examples)
        latents, labels = [], []
        for frames_NSCHW, labels_NTK in examples:
            latents.append(_rows(self(frames_NSCHW)[0]))
            labels.append(_rows(labels_NTK))
        weight, bias = fit_logistic(np.concatenate(latents), np.concatenate(labels), self._settings.strength)
        self.weight.copy_(torch.from_numpy(weight))
        self.bias.copy_(torch.from_numpy(bias))

    def _fit_components(self, examples: Examples) -> None:
        searches = [ComponentSearch(self._settings.n_components) for _ in range(2)]
        for frames_NSCHW, _ in examples:
            for search, pixels_NTV in zip(searches, self._look(frames_NSCHW.float()), strict=True):
                search.add(_rows(pixels_NTV))
        for search, projection in zip(searches, (self.picture, self.movement), strict=True):
            if (pca := search.finish()) is not None:
                projection.take(pca)

    def _look(self, frames_NSCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Small grey pictures of the middle frames, and how they change over the window; each (N, T, V)."""
        size = (self._settings.size, self._settings.size)
        grey_MCHW = frames_NSCHW.mean(dim=2).flatten(0, 1).unsqueeze(1)
        small_MCHW = functional.interpolate(grey_MCHW, size, mode="bilinear", antialias=True)
        small_NSV = small_MCHW.reshape(*frames_NSCHW.shape[:2], -1)
        half, n_frames = self.window // 2, frames_NSCHW.shape[1] - self.window + 1
        change_NTV = small_NSV[:, self.window - 1 :] - small_NSV[:, :n_frames]
        if self._settings.movement == "absolute":
            change_NTV = change_NTV.abs()
        return small_NSV[:, half : half + n_frames], change_NTV


def _rows(values: Tensor) -> NDArray[np.float32]:
    """(N, T, X) to rows (N * T, X)."""
    rows: NDArray[np.float32] = values.flatten(0, 1).cpu().numpy()
    return rows
