"""A small convolutional network that condenses frames.

Axes: N windows, T frames, S frames of a chunk (S = T + window - 1), C channels, H, W, D latents, K outputs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Condenser(nn.Module):
    """Convolutions on each frame, then a weighted mean over the window; see `deg_core.api.FeatureExtractor`.

    Args:
        window: Frames around each one; made odd.
        n_latents: Latents per frame, D.
        n_outputs: Logits per frame, K.
    """

    def __init__(self, window: int, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.window = window | 1  # the frame in the middle
        self.n_latents = n_latents
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(8, 16, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(16, n_latents, 3, padding=1),
        )
        self.shares = nn.Parameter(torch.full((self.window,), 1 / self.window))
        self.head = nn.Linear(n_latents, n_outputs)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """Latents (N, T, D) and logits (N, T, K) for the frames in the middle of the chunk."""
        seen_XD = self.layers(frames_NSCHW.flatten(0, 1)).mean(dim=(2, 3))  # each frame once, whatever the window
        seen_NSD = seen_XD.unflatten(0, frames_NSCHW.shape[:2])
        latents_NTD = (seen_NSD.unfold(1, self.window, 1) * self.shares).sum(dim=-1)
        return latents_NTD, self.head(latents_NTD)

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """See `deg_core.api.StartsFromBaseRate`; without this method training begins at even odds."""
        with torch.no_grad():
            self.head.bias.copy_(log_odds_K)
