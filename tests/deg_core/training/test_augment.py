from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from deg_core.project.manifest import Augmentation
from deg_core.training.augment import Augment
from deg_core.training.sampling import random_numbers

NONE: dict[str, Any] = {
    "flip_horizontal": 0,
    "flip_vertical": 0,
    "rotation_degrees": 0,
    "colour_probability": 0,
    "greyscale": 0,
}


def pictures(n: int = 6, s: int = 5, size: tuple[int, int] = (20, 24), seed: int = 0) -> Tensor:
    """Clips of smooth pictures, all frames of a clip alike."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(n, 3, 5, 6, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, size, mode="bilinear", align_corners=True)
    return smooth[:, None].repeat(1, s, 1, 1, 1)


def augmented(frames: Tensor, seed: int = 0, **settings: Any) -> Tensor:
    return Augment(Augmentation(**{**NONE, **settings}))(frames.clone(), random_numbers(seed))


EVERYTHING: dict[str, Any] = {
    "flip_horizontal": 0.5,
    "flip_vertical": 0.5,
    "rotation_degrees": 30,
    "zoom": 0.2,
    "shift": 0.1,
    "colour_probability": 1,
    "greyscale": 0.3,
}


@pytest.mark.parametrize(
    "settings",
    [
        {"flip_horizontal": 0.5, "flip_vertical": 0.5},
        {"rotation_degrees": 30, "rotation_probability": 1},
        {"zoom": 0.2, "shift": 0.1},
        {"colour_probability": 1},
        {"greyscale": 0.5},
        EVERYTHING,
    ],
)
def test_all_frames_of_a_clip_change_alike_and_clips_differ(settings: dict[str, Any]) -> None:
    frames = pictures(1).repeat(8, 1, 1, 1, 1)
    changed = augmented(frames, **settings)
    assert (changed - changed[:, :1]).abs().max() < 1e-6
    assert len({tuple(clip.flatten().tolist()) for clip in changed[:, 0]}) > 1
    assert not torch.allclose(changed, frames)


def test_the_range_and_shape_stay() -> None:
    frames = pictures().round()
    changed = augmented(frames, **{**EVERYTHING, "brightness": 2.0, "contrast": 1.0, "saturation": 1.0, "hue": 0.5})
    assert changed.shape == frames.shape
    assert changed.dtype == torch.float32
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_nothing_changes_where_nothing_may() -> None:
    frames = pictures()
    assert torch.equal(augmented(frames), frames)


def test_the_same_numbers_give_the_same_change_and_others_another() -> None:
    frames = pictures()
    assert torch.equal(augmented(frames, 1, **EVERYTHING), augmented(frames, 1, **EVERYTHING))
    assert not torch.equal(augmented(frames, 1, **EVERYTHING), augmented(frames, 2, **EVERYTHING))


def test_global_random_states_are_left_alone() -> None:
    before = torch.get_rng_state()
    augmented(pictures(), **EVERYTHING)
    assert torch.equal(torch.get_rng_state(), before)


def test_flips_are_exact() -> None:
    frames = pictures()
    assert torch.equal(augmented(frames, flip_horizontal=1), frames.flip(-1))
    assert torch.equal(augmented(frames, flip_vertical=1), frames.flip(-2))
    assert torch.equal(augmented(frames, flip_horizontal=1, flip_vertical=1), frames.flip(-1).flip(-2))


def test_flips_within_a_warp_are_the_same_as_alone() -> None:
    frames = pictures()
    tiny = {"rotation_degrees": 1e-6, "rotation_probability": 1}
    assert torch.allclose(augmented(frames, flip_horizontal=1, **tiny), frames.flip(-1), atol=1e-4)
    assert torch.allclose(augmented(frames, flip_vertical=1, **tiny), frames.flip(-2), atol=1e-4)


def test_a_rotation_turns_about_the_middle_by_no_more_than_was_asked() -> None:
    angles = []
    for seed in range(20):
        frames = torch.zeros(1, 1, 3, 41, 41)
        frames[..., 20, 34] = 1
        changed = augmented(frames, seed, rotation_degrees=40, rotation_probability=1)[0, 0, 0]
        weights = changed / changed.sum()
        y = (weights.sum(dim=1) * torch.arange(41)).sum() - 20
        x = (weights.sum(dim=0) * torch.arange(41)).sum() - 20
        assert float(torch.hypot(x, y)) == pytest.approx(14, abs=0.3)
        angles.append(float(torch.rad2deg(torch.atan2(y, x))))
    assert max(map(abs, angles)) <= 40.5
    assert min(angles) < -20
    assert max(angles) > 20


def test_a_shift_moves_by_no_more_than_its_share() -> None:
    moved = []
    for seed in range(20):
        frames = torch.zeros(1, 1, 3, 40, 40)
        frames[..., 20, 20] = 1
        changed = augmented(frames, seed, shift=0.1)[0, 0, 0]
        moved.append([int(i) - 20 for i in np.unravel_index(int(changed.argmax()), (40, 40))])
    assert np.abs(moved).max() == 4
    assert (np.ptp(moved, axis=0) >= 6).all()


def test_a_warp_makes_up_no_edge() -> None:
    frames = torch.full((4, 2, 3, 16, 16), 0.7)
    changed = augmented(frames, rotation_degrees=45, rotation_probability=1, shift=0.3, zoom=0.5)
    assert torch.allclose(changed, frames, atol=1e-5)


def test_greyscale_keeps_brightness_and_drops_colour() -> None:
    frames = pictures()
    grey = augmented(frames, greyscale=1)
    luma = (frames * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(dim=2, keepdim=True)
    assert torch.allclose(grey, luma.expand_as(grey), atol=1e-5)


def test_brightness_scales_and_contrast_keeps_the_mean() -> None:
    frames = 0.25 + 0.5 * pictures()
    alone = {"brightness": 0, "contrast": 0, "saturation": 0, "hue": 0, "colour_probability": 1}
    ratio = augmented(frames, **{**alone, "brightness": 0.2}) / frames
    spread = ratio.flatten(1).max(dim=1).values - ratio.flatten(1).min(dim=1).values
    assert spread.max() < 1e-4
    assert 0.8 <= ratio.min() <= ratio.max() <= 1.2
    grey = frames.mean(dim=2, keepdim=True).expand_as(frames)
    contrasted = augmented(grey, **{**alone, "contrast": 0.2})
    assert torch.allclose(contrasted.mean(dim=(1, 2, 3, 4)), grey.mean(dim=(1, 2, 3, 4)), atol=1e-4)
    shares = contrasted.std(dim=(1, 2, 3, 4)) / grey.std(dim=(1, 2, 3, 4))
    assert 0.8 <= shares.min() < shares.max() <= 1.2


def test_hue_and_saturation_leave_grey_alone() -> None:
    grey = pictures().mean(dim=2, keepdim=True).repeat(1, 1, 3, 1, 1)
    changed = augmented(grey, colour_probability=1, brightness=0, contrast=0, saturation=0.5, hue=0.5)
    assert torch.allclose(changed, grey, atol=1e-3)


def test_the_size_of_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = pictures()
    expected = augmented(frames, **EVERYTHING)
    monkeypatch.setattr("deg_core.training.augment._PART_VALUES", 1)
    assert torch.allclose(augmented(frames, **EVERYTHING), expected, atol=1e-6)


def test_frames_that_lie_channels_last_in_memory_are_changed_the_same() -> None:
    frames = pictures()
    last = frames.permute(0, 1, 3, 4, 2).contiguous().permute(0, 1, 4, 2, 3)
    changed = Augment(Augmentation(**EVERYTHING))(last, random_numbers(0))
    assert torch.allclose(changed, augmented(frames, **EVERYTHING), atol=1e-6)
