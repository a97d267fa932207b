from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.plugin import gru, lstm, rnn
from deg_plugins_sequence.recurrent import Recurrent
from deg_plugins_sequence.settings import RecurrentSettings

BOTH_WAYS = RecurrentSettings(bidirectional=True)
N_PARAMETERS = {"rnn": 86_725, "gru": 259_525, "lstm": 345_925}


class TestRnn(SequenceModelContract):
    plugin = rnn


class TestGru(SequenceModelContract):
    plugin = gru


class TestLstm(SequenceModelContract):
    plugin = lstm


class TestBidirectionalLstm(SequenceModelContract):
    plugin = lstm

    def settings(self) -> RecurrentSettings:
        return RecurrentSettings(n_layers=2, n_hidden=5, bidirectional=True, hidden_dropout=0.3)


class TestBidirectionalGruOfOneLayer(SequenceModelContract):
    plugin = gru

    def settings(self) -> RecurrentSettings:
        return RecurrentSettings(n_layers=1, n_hidden=5, bidirectional=True, hidden_dropout=0.3)


def builder(cell: Any, settings: RecurrentSettings) -> Any:
    return lambda n_outputs: Recurrent(cell, settings, 1024, n_outputs)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_logits_equal_the_published_ones(published_case: Any, cell: str) -> None:
    published_case.check_strong(builder(cell, RecurrentSettings()), cell, ["hidden_to_output"])


def test_bidirectional_logits_equal_the_published_ones(published_case: Any) -> None:
    published_case.check_strong(builder("lstm", BOTH_WAYS), "lstm-bidirectional", ["hidden_to_output"])


@pytest.mark.parametrize(
    ("name", "cell", "settings"),
    [
        ("gru", "gru", RecurrentSettings()),
        ("lstm", "lstm", RecurrentSettings()),
        ("rnn-bidirectional", "rnn", BOTH_WAYS),
    ],
)
def test_logits_for_small_weights_equal_the_published_ones(
    published: Any, name: str, cell: str, settings: RecurrentSettings
) -> None:
    published.check_faint(builder(cell, settings), name)


@pytest.mark.parametrize("cell", list(N_PARAMETERS))
def test_it_has_as_many_parameters_as_published(cell: Any) -> None:
    model = Recurrent(cell, RecurrentSettings(), 1024, 5)
    assert sum(parameter.numel() for parameter in model.parameters()) == N_PARAMETERS[cell]


def test_one_direction_does_not_see_the_future_and_two_do() -> None:
    latents, valid = random_normal(1, 40, 6), torch.ones(1, 40, dtype=torch.bool)
    for both_ways in (False, True):
        settings = RecurrentSettings(n_layers=2, n_hidden=5, bidirectional=both_ways)
        model = Recurrent("gru", settings, 6, 2).eval()
        same = torch.isclose(model(latents, valid)[:, :25], model(latents[:, :25], valid[:, :25]), atol=1e-6).all()
        assert same.item() is not both_ways


def test_padding_between_real_frames_and_records_of_nothing_else_do_no_harm() -> None:
    model = Recurrent("lstm", RecurrentSettings(n_layers=1, n_hidden=5), 6, 2).eval()
    latents, valid = random_normal(2, 12, 6), torch.ones(2, 12, dtype=torch.bool)
    alone = model(latents[:1, ::2], valid[:1, ::2])
    valid[0, 1::2] = False
    valid[1] = False
    latents[~valid] = torch.nan
    together = model(latents, valid)
    torch.testing.assert_close(together[:1, ::2], alone)


def test_reading_in_pieces_draws_no_random_numbers_and_leaves_the_weights_alone() -> None:
    model = Recurrent("lstm", BOTH_WAYS, 6, 2).eval()
    before, weights = torch.get_rng_state(), {k: (v, v.clone()) for k, v in model.state_dict().items()}
    record = random_normal(20, 6)
    with torch.inference_mode():
        model.answer_in_pieces(lambda start, stop: record[start:stop], 20, 7)
    assert torch.equal(before, torch.get_rng_state())
    for name, tensor in model.state_dict().items():
        assert tensor.data_ptr() == weights[name][0].data_ptr()
        assert torch.equal(tensor, weights[name][1])
    assert isinstance(model.rnn, nn.LSTM)
