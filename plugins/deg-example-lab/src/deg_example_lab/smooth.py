"""One convolution in time.

Axes: N recordings, T frames, D latents, K outputs.
"""

from __future__ import annotations

from torch import Tensor, nn


class Smooth(nn.Module):
    """Latents (N, T, D) and a mask of real frames (N, T) go in, logits (N, T, K) come out."""

    def __init__(self, radius: int, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.receptive_field: int | None = 2 * radius + 1
        self.weights = nn.Conv1d(n_latents, n_outputs, 2 * radius + 1, padding=radius)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        known_NTD = latents_NTD.masked_fill(~valid_NT[..., None], 0.0)
        logits_NTK: Tensor = self.weights(known_NTD.transpose(1, 2)).transpose(1, 2)
        return logits_NTK
