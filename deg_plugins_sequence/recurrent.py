"""Recurrent networks, which read a record from its first frame on, or from both ends.

Axes: N records, T frames, D latents, X inputs of a layer, H hidden units, K outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from deg_plugins_sequence.settings import RecurrentSettings

_CELLS: dict[str, type[nn.RNN] | type[nn.GRU] | type[nn.LSTM]] = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}

Read = Callable[[int, int], Tensor]


class Recurrent(nn.Module):
    """As in DeepEthogram (Bohnslav et al., eLife 2021), names of tensors included.

    There it forgets everything every 180 frames; here it reads a recording through.

    Args:
        cell: Elman's network with tanh, gated recurrent units, or long short-term memory.
        settings: Sizes.
        n_latents: D.
        n_outputs: K.

    Attributes:
        receptive_field: None: an answer depends on all frames before, and where it is bidirectional on all others.
    """

    receptive_field: int | None = None

    def __init__(
        self, cell: Literal["rnn", "gru", "lstm"], settings: RecurrentSettings, n_latents: int, n_outputs: int
    ) -> None:
        super().__init__()
        self.rnn = _CELLS[cell](
            n_latents,
            settings.n_hidden,
            settings.n_layers,
            batch_first=True,
            dropout=settings.hidden_dropout if settings.n_layers > 1 else 0,
            bidirectional=settings.bidirectional,
        )
        self.dropout = nn.Dropout(settings.dropout)
        self.hidden_to_output = nn.Linear(settings.n_hidden * (1 + settings.bidirectional), n_outputs)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame. See `deg_core.api.SequenceModel`."""
        hidden_NTH: Tensor = self.rnn(latents_NTD)[0] if valid_NT.all() else self._skip_padding(latents_NTD, valid_NT)
        logits_NTK: Tensor = self.hidden_to_output(self.dropout(hidden_NTH))
        return logits_NTK

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias. See `deg_core.api.StartsFromBaseRate`."""
        with torch.no_grad():
            self.hidden_to_output.bias.copy_(log_odds_K)

    def answer_in_pieces(self, read: Read, n_frames: int, block_frames: int) -> Tensor:
        """Answer for one recording layer by layer, each read once in each direction.

        Only hidden states are kept for the whole recording: twice T x H numbers in the computer's memory. See
        `deg_core.api.ReadsInPieces`.
        """
        width = self.rnn.hidden_size
        for layer in range(self.rnn.num_layers):
            hidden_TH = torch.empty(n_frames, self.hidden_to_output.in_features)
            for reverse in (False, True) if self.rnn.bidirectional else (False,):
                own_TH = hidden_TH[:, width:] if reverse else hidden_TH[:, :width]
                _read_through(self._single(layer, reverse=reverse), read, own_TH, block_frames, reverse=reverse)
            read = _reader_of(hidden_TH, self.hidden_to_output.weight.device)
        logits = [
            self.hidden_to_output(read(start, min(start + block_frames, n_frames))).cpu()
            for start in range(0, n_frames, block_frames)
        ]
        return torch.cat(logits)

    def _skip_padding(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Hidden states (N, T, H) as if there were only the frames that are real; 0 in padding."""
        places_NT1 = (~valid_NT).int().argsort(dim=1, stable=True).unsqueeze(-1)
        real_NTD = latents_NTD.gather(1, places_NT1.expand_as(latents_NTD))
        lengths = valid_NT.sum(dim=1).clamp(min=1).cpu()
        packed = pack_padded_sequence(real_NTD, lengths, batch_first=True, enforce_sorted=False)
        hidden_NTH, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=valid_NT.shape[1])
        return torch.zeros_like(hidden_NTH).scatter(1, places_NT1.expand_as(hidden_NTH), hidden_NTH)

    def _single(self, layer: int, *, reverse: bool) -> nn.RNNBase:
        """One layer in one direction, as a network of its own with copies of the weights."""
        suffix = f"_l{layer}_reverse" if reverse else f"_l{layer}"
        tensors = {
            f"{name}_l0": getattr(self.rnn, name + suffix).detach().clone()
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        n_inputs = tensors["weight_ih_l0"].shape[1]
        # On the meta device, since random weights would only be thrown away.
        single = type(self.rnn)(n_inputs, self.rnn.hidden_size, batch_first=True, device="meta")
        single.load_state_dict(tensors, assign=True)
        single.flatten_parameters()
        return single


def _read_through(layer: nn.RNNBase, read: Read, hidden_TH: Tensor, block_frames: int, *, reverse: bool) -> None:
    """Fill in the hidden states of one layer in one direction; what it remembers goes from block to block."""
    n_frames, memory = len(hidden_TH), None
    starts = range(0, n_frames, block_frames)
    for start in reversed(starts) if reverse else starts:
        block = slice(start, min(start + block_frames, n_frames))
        inputs_TX = read(block.start, block.stop)
        answers_TH, memory = layer(inputs_TX.flip(0) if reverse else inputs_TX, memory)
        hidden_TH[block] = (answers_TH.flip(0) if reverse else answers_TH).cpu()


def _reader_of(hidden_TH: Tensor, device: torch.device) -> Read:
    return lambda start, stop: hidden_TH[start:stop].to(device)
