"""A frame at a glance: one convolution, averaged over space and three frames.

Axes: N chunks, S frames of a chunk, T in its middle, C channels, H, W, D latents, K outputs, X chunks times frames.
"""

from __future__ import annotations

from torch import Tensor, nn


class Glance(nn.Module):
    """Frames (N, S, 3, H, W) go in; latents (N, T, D) and logits (N, T, K) come out."""

    window = 3

    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.n_latents = n_latents
        self.see = nn.Conv2d(3, n_latents, kernel_size=5, stride=4)
        self.head = nn.Linear(n_latents, n_outputs)

    def forward(
        self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None, pose_NSQ: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        seen_XD = self.see(frames_NSCHW.flatten(0, 1)).relu().mean(dim=(2, 3))
        seen_NSD = seen_XD.unflatten(0, frames_NSCHW.shape[:2])
        latents_NTD = seen_NSD.unfold(1, self.window, 1).mean(dim=-1)
        return latents_NTD, self.head(latents_NTD)
