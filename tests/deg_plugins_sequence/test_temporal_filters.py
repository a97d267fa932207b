from __future__ import annotations

import pytest
import torch

from deg_plugins_sequence.padding import channels_first
from deg_plugins_sequence.settings import TgmSettings
from deg_plugins_sequence.temporal_filters import Smoother, TemporalFilters, cauchy_filters


def test_a_filter_peaks_at_its_centre_and_sums_to_one() -> None:
    filters = cauchy_filters(torch.tensor([-9.0, 0.0, 9.0]), torch.zeros(3), 15)
    assert filters.argmax(dim=1).tolist() == [0, 7, 14]
    torch.testing.assert_close(filters.sum(dim=1), torch.ones(3), rtol=0, atol=1e-5)


def test_a_filter_is_widest_where_gamma_is_0() -> None:
    narrow, wide, other = cauchy_filters(torch.zeros(3), torch.tensor([-9.0, 0.0, 9.0]), 15)
    assert wide[7] < narrow[7]
    torch.testing.assert_close(narrow, other)


def test_constant_latents_stay_constant_away_from_the_ends() -> None:
    smoother = Smoother(TgmSettings(n_layers=2, filter_length=5))
    latents, valid = channels_first(torch.full((1, 40, 3), 2.0), torch.ones(1, 40, dtype=torch.bool))
    smoothed = smoother.smooth(latents, valid)
    torch.testing.assert_close(smoothed[..., 4:-4], torch.full((1, 3, 32), 2.0), rtol=1e-4, atol=0)


def test_every_latent_is_smoothed_alike_and_apart() -> None:
    layer = TemporalFilters(TgmSettings(), 1)
    pulse = torch.zeros(1, 1, 2, 41)
    pulse[0, 0, 1, 20] = 1
    response = layer(pulse)
    assert not response[:, :, 0].any()
    torch.testing.assert_close(response[0, :, 1, 13:28].flip(-1), layer.kernels()[:, 0])


@pytest.mark.parametrize(("n_layers", "length", "frames"), [(3, 15, 43), (1, 8, 9), (2, 8, 17), (4, 1, 1)])
def test_receptive_field_covers_the_longer_side(n_layers: int, length: int, frames: int) -> None:
    assert Smoother(TgmSettings(n_layers=n_layers, filter_length=length)).receptive_field == frames


@pytest.mark.parametrize(("n_layers", "length"), [(3, 15), (2, 8), (1, 61)])
def test_long_records_are_smoothed_block_by_block_as_the_layers_do_it_whole(n_layers: int, length: int) -> None:
    torch.manual_seed(0)
    smoother = Smoother(TgmSettings(n_layers=n_layers, filter_length=length))
    n_real = torch.tensor([700, 612])
    latents, valid = channels_first(torch.randn(2, 700, 3), torch.arange(700) < n_real[:, None])
    views = latents.unsqueeze(1)
    for layer in smoother.tgm_layers:
        views = layer(views) * valid.unsqueeze(1)
    torch.testing.assert_close(smoother.smooth(latents, valid), views.amax(dim=1), rtol=1e-4, atol=1e-5)
