from __future__ import annotations

import pytest
import torch

from deg_backbones.clip import Clip


@pytest.mark.parametrize(
    ("n_frames", "stride", "window", "seen"),
    [
        (1, 1, 1, [0]),
        (3, 1, 3, [-1, 0, 1]),
        (4, 1, 5, [-2, -1, 0, 1]),
        (5, 3, 13, [-6, -3, 0, 3, 6]),
        (4, 2, 9, [-4, -2, 0, 2]),
    ],
)
def test_the_frame_is_seen_with_those_around_it(n_frames: int, stride: int, window: int, seen: list[int]) -> None:
    clip = Clip(n_frames, stride)
    assert clip.window == window
    numbers = torch.arange(window + 3).view(1, -1, 1, 1, 1)
    views = clip(numbers)
    assert views.shape == (1, 4, 1, 1, 1, n_frames)
    for frame in range(4):
        assert (views[0, frame].flatten() - frame - window // 2).tolist() == seen
    assert views.untyped_storage().data_ptr() == numbers.untyped_storage().data_ptr()
