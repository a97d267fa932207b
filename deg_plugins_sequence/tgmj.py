"""TGMJ, DeepEthogram's default: latents and smoothed latents classified side by side, and the mean of both.

Axes: N records, T frames, D latents, K outputs.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from deg_plugins_sequence.padding import channels_first, normalise
from deg_plugins_sequence.settings import TgmjSettings
from deg_plugins_sequence.temporal_filters import Smoother


class Tgmj(Smoother):
    """As in DeepEthogram (Bohnslav et al., eLife 2021), names of tensors included.

    Both branches share the hidden layer `h` and the last bias. `h2` is held in checkpoints, but has no part in any
    answer, as in the original.
    """

    def __init__(self, settings: TgmjSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__(settings)
        self.input_dropout = nn.Dropout(settings.input_dropout)
        self.output_dropout = nn.Dropout(settings.dropout)
        self._nonlinear = settings.nonlinear
        width = n_latents
        if settings.nonlinear:
            width = settings.n_hidden
            self.h = nn.Conv1d(n_latents, width, 1)
            self.h2 = nn.Conv1d(n_latents, width, 1).requires_grad_(False)  # noqa: FBT003
        self.classify1 = _classifier(width, n_outputs, settings.final_bn)
        self.classify2 = _classifier(width, n_outputs, settings.final_bn)
        _last(self.classify2).bias = _last(self.classify1).bias

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        latents_NDT, valid_N1T = channels_first(latents_NTD, valid_NT)
        smoothed_NDT = self.smooth(latents_NDT, valid_N1T)
        return (
            self._branch(self.classify1, latents_NDT, valid_NT) + self._branch(self.classify2, smoothed_NDT, valid_NT)
        ) / 2

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias, which both branches share. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            cast("Tensor", _last(self.classify1).bias).copy_(log_odds_K)

    def _branch(self, classify: nn.Module, latents_NDT: Tensor, valid_NT: Tensor) -> Tensor:
        latents_NDT = self.input_dropout(latents_NDT)
        if self._nonlinear:
            latents_NDT = self.output_dropout(self.h(latents_NDT).relu())
        if isinstance(classify, nn.Sequential):
            return normalise(classify[1], classify[0](latents_NDT).transpose(1, 2), valid_NT)
        logits_NKT: Tensor = classify(latents_NDT)
        return logits_NKT.transpose(1, 2)


def _classifier(n_in: int, n_outputs: int, final_bn: bool) -> nn.Module:  # noqa: FBT001
    if not final_bn:
        return nn.Conv1d(n_in, n_outputs, 1)
    return nn.Sequential(nn.Conv1d(n_in, n_outputs, 1, bias=False), nn.BatchNorm1d(n_outputs))


def _last(classify: nn.Module) -> nn.Module:
    return classify[1] if isinstance(classify, nn.Sequential) else classify
