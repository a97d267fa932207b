"""TGM: smoothed latents beside the latents themselves, and one linear layer.

Axes: N records, T frames, D latents, K outputs.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from deg_plugins_sequence.padding import channels_first
from deg_plugins_sequence.settings import TgmSettings
from deg_plugins_sequence.temporal_filters import Smoother


class Tgm(Smoother):
    """Piergiovanni and Ryoo (ICML 2019), as DeepEthogram has it."""

    def __init__(self, settings: TgmSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__(settings)
        self.dropout = nn.Dropout(settings.dropout)
        self.classify = nn.Conv1d(2 * n_latents, n_outputs, 1)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        latents_NDT, valid_N1T = channels_first(latents_NTD, valid_NT)
        both_NDT = torch.cat([latents_NDT, self.smooth(latents_NDT, valid_N1T)], dim=1)
        logits_NKT: Tensor = self.classify(self.dropout(both_NDT))
        return logits_NKT.transpose(1, 2)

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            cast("Tensor", self.classify.bias).copy_(log_odds_K)
