"""A baseline: logistic regression on each frame's latents, and on their mean over its surroundings.

Axes: N records, T frames, F = N * T frames, D latents, X inputs, K outputs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_core.api import fit_logistic
from deg_plugins_sequence.settings import LogisticSettings


class Logistic(nn.Module):
    """One linear layer, fitted by scikit-learn.

    Attributes:
        receptive_field: The context, or 1.
    """

    def __init__(self, settings: LogisticSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.receptive_field: int | None = max(1, settings.context)
        self._settings = settings
        self.classify = nn.Linear(n_latents * (2 if settings.context else 1), n_outputs)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        logits_NTK: Tensor = self.classify(self._inputs(latents_NTD, valid_NT))
        return logits_NTK

    def fit(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Fit to labelled examples, in place. See `deg_core.api.FitsDirectly`.

        Each behaviour gets a logistic regression of its own on the frames labelled for it, in which present and absent
        weigh alike.
        """
        inputs, marks = [], []
        for latents_NTD, labels_NTK in examples:
            known_NT = (labels_NTK != -1).any(dim=-1)
            valid_NT = torch.ones_like(known_NT)
            inputs.append(self._inputs(latents_NTD, valid_NT)[known_NT].cpu().numpy())
            marks.append(labels_NTK[known_NT].cpu().numpy())
        weight, bias = fit_logistic(np.concatenate(inputs), np.concatenate(marks), self._settings.strength)
        with torch.no_grad():
            self.classify.weight.copy_(torch.from_numpy(weight))
            self.classify.bias.copy_(torch.from_numpy(bias))

    def _inputs(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Latents, and beside them their mean over the context as far as it is real; (N, T, X)."""
        latents_NTD = latents_NTD.masked_fill(~valid_NT.unsqueeze(-1), 0)
        if not self._settings.context:
            return latents_NTD
        counts_NT1 = _sum_around(valid_NT.to(latents_NTD.dtype).unsqueeze(-1), self._settings.context)
        means_NTD = _sum_around(latents_NTD, self._settings.context) / counts_NT1.clamp(min=1)
        return torch.cat([latents_NTD, means_NTD], dim=-1)


def _sum_around(values_NTD: Tensor, n_frames: int) -> Tensor:
    """Sum over the n_frames around each frame; outside counts as 0."""
    padding = n_frames // 2
    means = functional.avg_pool1d(values_NTD.transpose(1, 2), n_frames, stride=1, padding=padding)
    return means.transpose(1, 2) * n_frames
