"""One ResNet on a frame and its differences to frames around it; no optical flow.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T, C channels, H, W, D latents, K outputs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deg_plugins_features.backbone import N_LATENTS, Backbone
from deg_plugins_features.differences import pictures_with_differences
from deg_plugins_features.settings import FrameDifferencesSettings


class FrameDifferences(nn.Module):
    """Latents of one stream that sees picture and movement together.

    Attributes:
        window: Frames seen around one frame, twice the longest lag and one.
        n_latents: 512.
    """

    n_latents = N_LATENTS

    def __init__(self, settings: FrameDifferencesSettings, n_outputs: int) -> None:
        super().__init__()
        self._lags = settings.lags
        self.window = 2 * max(settings.lags) + 1
        self.backbone = Backbone(settings.arch, 3 + 2 * len(settings.lags), settings.dropout)
        self.classifier = nn.Linear(N_LATENTS, n_outputs)
        self.to(memory_format=torch.channels_last)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:  # noqa: ARG002
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`."""
        pictures_MCHW = pictures_with_differences(frames_NSCHW, self.window, self._lags)
        latents_MD = self.backbone(pictures_MCHW.contiguous(memory_format=torch.channels_last))
        logits_MK = self.classifier(latents_MD)
        n_chunks = len(frames_NSCHW)
        return latents_MD.reshape(n_chunks, -1, self.n_latents), logits_MK.reshape(n_chunks, -1, logits_MK.shape[-1])

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            self.classifier.bias.copy_(log_odds_K)
