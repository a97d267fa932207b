"""A published network as a feature extractor, trained by gradient descent.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T, L frames of a clip, C channels, H, W, D latents,
K outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_backbones.clip import Clip
from deg_backbones.colours import Colours
from deg_backbones.published import Published
from deg_backbones.weights import load_published

_PIXELS_AT_ONCE = 2**22
"""Pixels, over all frames, that answering works on at a time, so that memory does not grow with the chunk."""


class Extractor(nn.Module):
    """A network, and a linear layer on its latents.

    Args:
        published: The network.
        clip: What it sees around a frame.
        weights: What training starts from: `hub`, `none`, or a path.
        n_outputs: K.
        frozen: Whether the network stays as it is, in `eval` mode.
        dropout: Share of latents dropped in training before the last layer.

    Attributes:
        window: Frames seen around one frame.
        n_latents: D, of the network.
    """

    def __init__(
        self, published: Published, clip: Clip, weights: str, n_outputs: int, *, frozen: bool, dropout: float
    ) -> None:
        super().__init__()
        self.window = clip.window
        self.n_latents = published.n_latents
        self._published, self._clip, self._weights, self._frozen = published, clip, weights, frozen
        self.colours = Colours(published.mean, published.std)
        self.backbone = published.network
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(published.n_latents, n_outputs)
        if frozen:
            self.backbone.requires_grad_(False)
            self.backbone.eval()

    def train(self, mode: bool = True) -> Extractor:  # noqa: FBT001, FBT002
        """Switch between training and answering, but for what is frozen: that always answers."""
        super().train(mode)
        if self._frozen:
            self.backbone.eval()
        return self

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None = None) -> tuple[Tensor, Tensor]:  # noqa: ARG002
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = T + window - 1.
            flow_NTPCHW: Not looked at.

        Returns:
            Latents (N, T, D) and logits (N, T, K).
        """
        latents_NTD = self.see(frames_NSCHW)
        return latents_NTD, self.head(self.dropout(latents_NTD))

    def see(self, frames_NSCHW: Tensor) -> Tensor:
        """Latents (N, T, D)."""
        clips = self._clip(frames_NSCHW)
        axis = 0 if clips.shape[0] > clips.shape[1] else 1
        n_at_once = clips.shape[axis]
        if not torch.is_grad_enabled() and (self._frozen or not self.training):
            n_at_once = max(1, _PIXELS_AT_ONCE // (clips.shape[1 - axis] * prod(clips.shape[3:])))
        groups = torch.split(clips, n_at_once, dim=axis)
        return torch.cat([self._look(group).reshape(*group.shape[:2], -1) for group in groups], dim=axis)

    def _look(self, clips: Tensor) -> Tensor:
        """Latents (M, D) of a few frames, of which (N, T, C, H, W, L) is seen."""
        clips_MCLHW = clips.flatten(0, 1).movedim(-1, 2)
        n_clips, _, length, *size = clips_MCLHW.shape
        pictures = clips_MCLHW.movedim(2, 1).flatten(0, 1)
        wanted = self._published.size
        if wanted is not None and tuple(size) != tuple(wanted):
            pictures = functional.interpolate(pictures, wanted, mode="bilinear", antialias=True)
        pictures = self.colours(pictures)
        if self._clip.n_frames > 1:
            pictures = pictures.view(n_clips, length, *pictures.shape[1:]).movedim(1, 2).contiguous()
        latents: Tensor = self.backbone(pictures)
        return latents

    def take_statistics(self, mean_C: Tensor, std_C: Tensor) -> None:
        """Note how frames are z-scored. See `deg_core.api.TakesStatistics`."""
        self.colours.take_statistics(mean_C, std_C)

    def load_starting_weights(self) -> Sequence[str]:
        """Fill the network from what the settings name. See `deg_core.api.StartsFromWeights`."""
        return load_published(self._published, self._weights)

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            self.head.bias.copy_(log_odds_K)
