"""A recurrent network that reads a recording forwards and backwards.

Axes: N recordings, T frames, D latents, K outputs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Gru(nn.Module):
    """Gated recurrent units (Cho et al., EMNLP 2014) in both directions, and a linear layer.

    Args:
        n_latents: Latents per frame, D.
        n_units: Numbers remembered in each direction.
        n_outputs: Logits per frame, K.
        dropout: Share of latents left out while training.
    """

    receptive_field: int | None = None  # what it remembers has no bound

    def __init__(self, n_latents: int, n_units: int, n_outputs: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.gru = nn.GRU(n_latents, n_units, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * n_units, n_outputs)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """See `deg_core.api.SequenceModel`."""
        # Real frames come first, so that neither direction ever reads padding; then back to where they were.
        order_NT = torch.argsort(~valid_NT, dim=1, stable=True)
        n_real = valid_NT.sum(dim=1).clamp(min=1).cpu()
        real_first = self._sort(self.dropout(latents_NTD), order_NT)
        packed = pack_padded_sequence(real_first, n_real, batch_first=True, enforce_sorted=False)
        seen, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True, total_length=valid_NT.shape[1])
        logits: Tensor = self.head(self._sort(seen, order_NT.argsort(dim=1)))
        return logits

    @staticmethod
    def _sort(values_NTX: Tensor, order_NT: Tensor) -> Tensor:
        return values_NTX.gather(1, order_NT[..., None].expand_as(values_NTX))

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """See `deg_core.api.StartsFromBaseRate`; without this method training begins at even odds."""
        with torch.no_grad():
            self.head.bias.copy_(log_odds_K)
