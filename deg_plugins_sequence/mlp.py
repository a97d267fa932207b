"""A multi-layer perceptron on the latents of a window, which answers for the frame in its middle.

Axes: N records, T frames, D latents, L frames of the window, H hidden units, K outputs.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_plugins_sequence.padding import channels_first
from deg_plugins_sequence.settings import MlpSettings


class Mlp(nn.Module):
    """As in DeepEthogram (Bohnslav et al., eLife 2021), names of tensors included; there it could only be trained.

    The window of every frame goes through it, as a convolution, without copies. Outside of the record counts as 0.
    The first layer's inputs are ordered by latent and then by frame; windows of even length reach a frame further
    back than ahead. Whether windows of more than one frame are so ordered in DeepEthogram is not known for certain.

    Attributes:
        receptive_field: The window, or a frame more where it is even.
    """

    def __init__(self, settings: MlpSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.receptive_field: int | None = 2 * (settings.window // 2) + 1
        self._window = settings.window
        layers: list[nn.Module] = []
        width = n_latents * settings.window
        for n_hidden in settings.n_hidden:
            layers += [nn.Linear(width, n_hidden), nn.ReLU(), nn.Dropout(settings.dropout)]
            width = n_hidden
        self.model = nn.Sequential(*layers, nn.Linear(width, n_outputs))

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        latents_NDT, _ = channels_first(latents_NTD, valid_NT)
        back = self._window // 2
        padded_NDT = functional.pad(latents_NDT, (back, self._window - 1 - back))
        first = cast("nn.Linear", self.model[0])
        kernels_HDL = first.weight.view(len(first.weight), -1, self._window)
        hidden_NHT = functional.conv1d(padded_NDT, kernels_HDL, first.bias)
        logits_NTK: Tensor = self.model[1:](hidden_NHT.transpose(1, 2))
        return logits_NTK

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            cast("nn.Linear", self.model[-1]).bias.copy_(log_odds_K)
