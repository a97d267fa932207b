from __future__ import annotations

import torch
from torch import nn

from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.padding import channels_first, normalise


def test_latents_are_turned_and_padding_is_0() -> None:
    latents = random_normal(2, 3, 4)
    turned, mask = channels_first(latents, torch.tensor([[True, True, True], [True, False, False]]))
    assert torch.equal(turned[0], latents[0].T)
    assert not turned[1, :, 1:].any()
    assert mask.tolist() == [[[1, 1, 1]], [[1, 0, 0]]]
    assert mask.dtype == turned.dtype


def test_padding_that_is_not_a_number_does_no_harm() -> None:
    latents, _ = channels_first(torch.full((1, 3, 2), torch.nan), torch.tensor([[False, False, False]]))
    assert not latents.any()


def test_only_real_frames_are_normalised_and_counted() -> None:
    values, valid = random_normal(2, 5, 3), torch.tensor([[True] * 5, [True, True, False, False, False]])
    norm, other = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    values[~valid] = 1e6
    normalised = normalise(norm, values, valid)
    torch.testing.assert_close(normalised[valid], other(values[valid]))
    torch.testing.assert_close(norm.running_mean, other.running_mean)
    assert not normalised[~valid].any()
    torch.testing.assert_close(normalise(norm.eval(), values[:1], valid[:1])[0], other.eval()(values[0]))
