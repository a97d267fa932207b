"""Dilated convolutions in time, one over the other, that see as far ahead as they are allowed to.

As in Bai, Kolter and Koltun, An Empirical Evaluation of Generic Convolutional and Recurrent Networks (2018), with
batch normalisation; and beside them a linear layer on the latents themselves, so that it begins as without context.

Axes: N records, T frames, D latents, H hidden units, K outputs.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_plugins_sequence.padding import channels_first, normalise
from deg_plugins_sequence.settings import TcnSettings

_SPAN = 3
"""Frames that one filter looks at."""


class DilatedFilters(nn.Module):
    """One layer: filters of three frames so far apart, batch normalisation, ReLU, and what came in added again.

    Args:
        width: Units that come in and go out, H.
        apart: Frames between those that a filter looks at.
        ahead: How many frames after its own the last of them lies.
        dropout: Share of what it adds that is dropped in training.
    """

    def __init__(self, width: int, apart: int, ahead: int, dropout: float) -> None:
        super().__init__()
        self._reach = ((_SPAN - 1) * apart - ahead, ahead)
        self.conv = nn.Conv1d(width, width, _SPAN, dilation=apart, bias=False)
        self.bn = nn.BatchNorm1d(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden_NHT: Tensor, valid_NT: Tensor) -> Tensor:
        """Hidden states of the next layer, (N, H, T); 0 in padding."""
        seen_NTH = self.conv(functional.pad(hidden_NHT, self._reach)).transpose(1, 2)
        added_NTH = self.dropout(normalise(self.bn, seen_NTH, valid_NT).relu())
        answers_NHT: Tensor = hidden_NHT + added_NTH.transpose(1, 2)
        return answers_NHT


class Tcn(nn.Module):
    """Layers whose filters look at frames ever further apart.

    Attributes:
        look_ahead: Frames after its own that an answer depends on.
        receptive_field: Frames that one answer depends on, centred, however much of them lies before.
    """

    receptive_field: int | None

    def __init__(self, settings: TcnSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        apart = [2**layer for layer in range(settings.n_layers)]
        ahead = split_look_ahead(apart, settings.look_ahead)
        self.look_ahead = sum(ahead)
        self.receptive_field = 2 * max(self.look_ahead, (_SPAN - 1) * sum(apart) - self.look_ahead) + 1
        self.input_dropout = nn.Dropout(settings.input_dropout)
        self.condense = nn.Linear(n_latents, settings.n_hidden)
        self.filters = nn.ModuleList(
            DilatedFilters(settings.n_hidden, *reach, settings.dropout) for reach in zip(apart, ahead, strict=True)
        )
        self.by_itself = nn.Linear(n_latents, n_outputs)
        self.in_context = nn.Linear(settings.n_hidden, n_outputs, bias=False)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        latents_NDT, valid_N1T = channels_first(latents_NTD, valid_NT)
        latents_NTD = self.input_dropout(latents_NDT.transpose(1, 2))
        hidden_NHT = self.condense(latents_NTD).transpose(1, 2) * valid_N1T
        for layer in self.filters:
            hidden_NHT = layer(hidden_NHT, valid_NT)
        logits_NTK: Tensor = self.by_itself(latents_NTD) + self.in_context(hidden_NHT.transpose(1, 2))
        return logits_NTK

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            self.by_itself.bias.copy_(log_odds_K)


def split_look_ahead(apart: list[int], wanted: int | None) -> list[int]:
    """How far each layer looks ahead, so that all together look as far as is wanted, near layers first.

    Args:
        apart: Frames between those that a layer's filters look at.
        wanted: Frames; None for as far ahead as back.

    Returns:
        Frames for each layer, at most as many as it has apart: none looks further ahead than back.
    """
    if wanted is None:
        return apart
    before = [sum(apart[:layer]) for layer in range(len(apart) + 1)]
    return [min(stop, wanted) - min(start, wanted) for start, stop in pairwise(before)]
