from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from deg_core.testing import FeatureExtractorContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_features.pixel_pca import PixelPca
from deg_plugins_features.plugin import pixel_pca
from deg_plugins_features.settings import PixelPcaSettings


class TestPixelPca(FeatureExtractorContract):
    plugin = pixel_pca


class TestPixelPcaOfWhichWayGreyChanges(FeatureExtractorContract):
    plugin = pixel_pca
    size = (30, 50)

    def settings(self) -> PixelPcaSettings:
        return PixelPcaSettings(size=8, window=5, n_components=6, movement="signed")


def spot(n_frames: int, speed: int) -> Tensor:
    """A bright spot that jumps back and forth by `speed` pixels; (1, S, 3, 32, 32)."""
    frames = 0.05 * random_normal(1, n_frames + 2, 3, 32, 32, seed=speed)
    for frame in range(n_frames + 2):
        left = 14 + (speed if frame // 2 % 2 else 0)
        frames[:, frame, :, 12:18, left : left + 6] += 4
    return frames


def test_it_sees_movement_that_no_single_frame_shows() -> None:
    examples = [(spot(60, speed), torch.full((1, 60, 1), int(speed > 0))) for speed in (0, 5)]
    model = PixelPca(PixelPcaSettings(size=16, n_components=8), 1)
    model.fit(examples)
    still, jumping = (model(frames)[1] for frames, _ in examples)
    assert (still < 0).float().mean() > 0.95
    assert (jumping > 0).float().mean() > 0.95


def test_latents_have_variance_1_over_the_training_frames() -> None:
    frames = random_normal(4, 52, 3, 32, 32)
    model = PixelPca(PixelPcaSettings(size=8, n_components=5), 2)
    model.fit([(frames, torch.randint(0, 2, (4, 50, 2)))])
    spread = model(frames)[0].flatten(0, 1).var(dim=0)
    torch.testing.assert_close(spread, torch.ones(10), rtol=1e-3, atol=0)


def test_components_that_the_data_have_not_stay_0() -> None:
    model = PixelPca(PixelPcaSettings(size=8, n_components=20), 1)
    frames = random_normal(1, 1, 3, 16, 16).expand(1, 9, 3, 16, 16)
    model.fit([(frames, torch.tensor([0, 1] * 3 + [-1]).view(1, 7, 1))])
    latents, logits = model(frames)
    assert latents.shape == (1, 7, 40)
    assert torch.isfinite(logits).all()
    assert not latents.abs().gt(1e-3).any()


def test_fitting_twice_gives_the_same_numbers_to_the_last_bit() -> None:
    examples = [(random_normal(2, 32, 3, 16, 16, seed=s), torch.randint(0, 2, (2, 30, 2))) for s in range(3)]
    states = []
    for _ in range(2):
        model = PixelPca(PixelPcaSettings(size=8, n_components=4), 2)
        model.fit(examples)
        states.append(model.state_dict())
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_an_even_window_is_refused() -> None:
    with pytest.raises(ValidationError, match="odd"):
        PixelPcaSettings(window=4)
