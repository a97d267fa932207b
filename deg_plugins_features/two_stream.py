"""Two streams: one ResNet sees the middle frame, the other the optical flow around it.

As in Simonyan and Zisserman, Two-Stream Convolutional Networks (NeurIPS 2014), in the form of DeepEthogram (Bohnslav
et al., eLife 2021). Names of tensors are those of DeepEthogram's checkpoints, without its flow generator.

Axes: N chunks, S frames of a chunk, T frames in its middle, M = N * T frames in a batch, P flow pairs, C channels, H,
W, D latents, K outputs.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from deg_plugins_features.backbone import N_LATENTS, Backbone
from deg_plugins_features.differences import pictures_with_differences
from deg_plugins_features.settings import TwoStreamSettings
from deg_plugins_features.starting_weights import load_starting_weights

_FLOW_WEIGHT = 1.5
"""Weight of the flow stream's logits beside 1 for the picture's (Simonyan and Zisserman 2014)."""


class TwoStream(nn.Module):
    """Latents [picture 512, flow 512] and logits.

    Attributes:
        window: Frames seen around one frame, n_flows + 1.
        n_latents: 1024.
    """

    n_latents = 2 * N_LATENTS

    def __init__(self, settings: TwoStreamSettings, n_outputs: int) -> None:
        super().__init__()
        self.window = settings.n_flows + 1
        self._differences = settings.differences
        self._concatenates = settings.fusion == "concatenate"
        self.spatial_classifier = self._stream(settings, 3 + 2 * len(settings.differences), n_outputs)
        self.flow_classifier = self._stream(settings, 2 * settings.n_flows, n_outputs)
        if self._concatenates:
            self.fusion = nn.ModuleDict({"fc": nn.Linear(self.n_latents, n_outputs)})
        load_starting_weights(self, settings)
        self.to(memory_format=torch.channels_last)

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> tuple[Tensor, Tensor]:
        """Answer for each frame in the middle of a chunk. See `deg_core.api.FeatureExtractor`.

        Args:
            frames_NSCHW: z-scored RGB, float; S = T + window - 1.
            flow_NTPCHW: Flow of the window - 1 pairs around each frame, pixels per frame; C = 2 (x, y).

        Returns:
            Latents (N, T, 1024) and logits (N, T, K).
        """
        if flow_NTPCHW is None:
            raise ValueError("two-stream needs optical flow")
        pictures_MCHW = pictures_with_differences(frames_NSCHW, self.window, self._differences)
        latents_MD, logits_MK = self.classify(pictures_MCHW, flow_NTPCHW.flatten(2, 3).flatten(0, 1))
        n_chunks = len(frames_NSCHW)
        return latents_MD.reshape(n_chunks, -1, self.n_latents), logits_MK.reshape(n_chunks, -1, logits_MK.shape[-1])

    def classify(self, pictures_MCHW: Tensor, flow_MCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Answer for pictures and the flow around each.

        Args:
            pictures_MCHW: z-scored RGB, and differences where the settings ask for them; float.
            flow_MCHW: Channel 2 * pair for x and 2 * pair + 1 for y, pixels per frame.

        Returns:
            Latents (M, 1024) and logits (M, K).
        """
        spatial_MD = self._see(self.spatial_classifier, pictures_MCHW)
        motion_MD = self._see(self.flow_classifier, flow_MCHW)
        latents_MD = torch.cat([spatial_MD, motion_MD], dim=1)
        if self._concatenates:
            return latents_MD, self.fusion["fc"](latents_MD)
        spatial_MK, motion_MK = self.spatial_classifier[1:](spatial_MD), self.flow_classifier[1:](motion_MD)
        return latents_MD, (spatial_MK + _FLOW_WEIGHT * motion_MK) / (1 + _FLOW_WEIGHT)

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias of each stream. See `deg_core.api.StartsFromBaseRate`."""
        lasts = [self.fusion["fc"]] if self._concatenates else [self.spatial_classifier[-1], self.flow_classifier[-1]]
        with torch.no_grad():
            for last in lasts:
                cast("Tensor", last.bias).copy_(log_odds_K)

    def _stream(self, settings: TwoStreamSettings, n_channels: int, n_outputs: int) -> nn.Sequential:
        backbone = Backbone(settings.arch, n_channels, settings.dropout)
        if self._concatenates:
            return nn.Sequential(backbone)
        if settings.final_bn:
            return nn.Sequential(backbone, nn.Linear(N_LATENTS, n_outputs, bias=False), nn.BatchNorm1d(n_outputs))
        return nn.Sequential(backbone, nn.Linear(N_LATENTS, n_outputs))

    @staticmethod
    def _see(stream: nn.Sequential, maps_MCHW: Tensor) -> Tensor:
        latents_MD: Tensor = stream[0](maps_MCHW.contiguous(memory_format=torch.channels_last))
        return latents_MD
