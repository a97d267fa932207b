"""One linear layer on each frame's latents: what a sequence model has to beat.

Axes: N records, T frames, D latents, K outputs.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from deg_plugins_sequence.padding import channels_first


class Linear(nn.Module):
    """As in DeepEthogram (Bohnslav et al., eLife 2021), names of tensors included.

    Attributes:
        receptive_field: 1.
    """

    receptive_field: int | None = 1

    def __init__(self, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(n_latents, n_outputs, 1)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        latents_NDT, _ = channels_first(latents_NTD, valid_NT)
        logits_NKT: Tensor = self.conv1(latents_NDT)
        return logits_NKT.transpose(1, 2)

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            cast("Tensor", self.conv1.bias).copy_(log_odds_K)
