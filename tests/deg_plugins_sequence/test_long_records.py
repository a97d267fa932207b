"""A recording longer than the published system reads at once: it cuts blocks of 180 frames, each seen by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from deg_core.inference.classify import infer_logits
from deg_core.networks.tensors import probabilities_of
from deg_plugins_sequence.recurrent import Recurrent
from deg_plugins_sequence.settings import RecurrentSettings, TgmjSettings, TgmSettings
from deg_plugins_sequence.tgm import Tgm
from deg_plugins_sequence.tgmj import Tgmj

N_FRAMES, BLOCK = 400, 180
BORDERS = (180, 360, 400)
"""Where blocks end, and the record: the zeros behind it count as frames there, and to us as its outside."""
SMOOTHERS = {
    "tgm": lambda n_outputs: Tgm(TgmSettings(), 1024, n_outputs),
    "tgmj": lambda n_outputs: Tgmj(TgmjSettings(), 1024, n_outputs),
}
MODELS = {**SMOOTHERS, "lstm": lambda n_outputs: Recurrent("lstm", RecurrentSettings(), 1024, n_outputs)}


@pytest.fixture
def latents(parity: Any) -> np.ndarray:
    return parity.make_latents("latents/long", 1, 1024, N_FRAMES)[0].T.contiguous().numpy()


def own_answer(model: nn.Module, latents: np.ndarray, block_frames: int) -> np.ndarray:
    device = torch.device("cpu")
    return infer_logits(lambda start, stop: latents[start:stop], len(latents), model, device, block_frames)


@pytest.mark.parametrize("name", MODELS)
@torch.no_grad()
def test_block_by_block_logits_and_probabilities_equal_the_published_ones(
    published: Any, parity: Any, latents: np.ndarray, name: str
) -> None:
    model = published.load(MODELS[name], name, [])
    # The last block is padded with zeros that count as frames.
    blocks = np.concatenate([latents, np.zeros((3 * BLOCK - N_FRAMES, 1024), np.float32)]).reshape(3, BLOCK, 1024)
    answers = model(torch.from_numpy(blocks), torch.ones(3, BLOCK, dtype=torch.bool))
    logits = answers.reshape(-1, 5)[:N_FRAMES].numpy()
    expected = parity.expected("strong/sequence_long_record")
    parity.assert_agrees(logits, expected[f"{name}_logits"])
    parity.assert_agrees(probabilities_of(logits, exclusive=False), expected[f"{name}_P"])
    softmax = torch.from_numpy(logits).softmax(dim=1)
    parity.assert_agrees(softmax, expected[f"{name}_softmax"])


@pytest.mark.parametrize("name", SMOOTHERS)
def test_only_answers_near_the_borders_of_published_blocks_are_others(
    published: Any, parity: Any, latents: np.ndarray, name: str
) -> None:
    theirs = parity.expected("strong/sequence_long_record")[f"{name}_logits"]
    ours = own_answer(published.load(SMOOTHERS[name], name, []), latents, block_frames=180)
    differs = np.flatnonzero(np.abs(ours - theirs).max(axis=1) > 1e-5 * np.abs(theirs).max())
    # Half of the receptive field of 43 frames.
    near = {frame for border in BORDERS for frame in range(border - 21, border + 21)}
    assert {int(frame) for frame in differs} <= near
    assert {179, 180, 359, 360} <= {int(frame) for frame in differs}, "cutting the receptive field has to show"


def test_a_recurrent_network_that_reads_on_answers_as_the_published_one_up_to_the_first_border(
    published: Any, parity: Any, latents: np.ndarray
) -> None:
    theirs = parity.expected("strong/sequence_long_record")["lstm_logits"]
    ours = own_answer(published.load(MODELS["lstm"], "lstm", []), latents, block_frames=4096)
    parity.assert_agrees(ours[:180], theirs[:180])
    change = np.abs(ours - theirs).max(axis=1)
    assert change[180] > 10 * change[359], "what it remembers has to fade"
    assert change[180] > 1e-3


@pytest.mark.parametrize("name", MODELS)
def test_the_answer_does_not_depend_on_the_length_of_blocks(
    published: Any, parity: Any, latents: np.ndarray, name: str
) -> None:
    model = published.load(MODELS[name], name, [])
    whole = own_answer(model, latents, block_frames=4096)
    for block_frames in (64, 180, 399):
        parity.assert_agrees(own_answer(model, latents, block_frames), whole)
