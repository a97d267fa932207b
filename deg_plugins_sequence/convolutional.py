"""Two convolutions in time, with batch normalisation and ReLU between them.

Axes: N records, T frames, D latents, H hidden units, K outputs.
"""

from __future__ import annotations

from torch import Tensor, nn

from deg_plugins_sequence.padding import channels_first, normalise
from deg_plugins_sequence.settings import ConvSettings

_LAST_FILTER = 3


class Convolutional(nn.Module):
    """DeepEthogram's `conv_nonlinear` (Bohnslav et al., eLife 2021), names of tensors included.

    Its checkpoints name every layer a second time, under `net`: those names are left out here, and an importer drops
    them. Neither layer has a bias, so its first answer cannot be set to the base rate.

    Attributes:
        receptive_field: Frames of both filters, less one where they share a frame.
    """

    def __init__(self, settings: ConvSettings, n_latents: int, n_outputs: int) -> None:
        super().__init__()
        self.receptive_field: int | None = settings.filter_length + _LAST_FILTER - 1
        self.conv1 = _same_length(n_latents, settings.n_hidden, settings.filter_length)
        self.bn1 = nn.BatchNorm1d(settings.n_hidden)
        self.dropout = nn.Dropout(settings.dropout)
        self.conv2 = _same_length(settings.n_hidden, n_outputs, _LAST_FILTER)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        latents_NDT, _ = channels_first(latents_NTD, valid_NT)
        hidden_NTH = normalise(self.bn1, self.conv1(latents_NDT).transpose(1, 2), valid_NT).relu()
        hidden_NHT = self.dropout(hidden_NTH).transpose(1, 2)
        logits_NKT: Tensor = self.conv2(hidden_NHT)
        return logits_NKT.transpose(1, 2)


def _same_length(n_in: int, n_out: int, length: int) -> nn.Conv1d:
    return nn.Conv1d(n_in, n_out, length, padding=length // 2, bias=False)
