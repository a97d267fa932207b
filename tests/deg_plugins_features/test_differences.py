from __future__ import annotations

import torch

from deg_core.testing.torch_component import random_normal
from deg_plugins_features.differences import pictures_with_differences


def test_each_picture_stands_before_its_differences_to_earlier_and_later_frames() -> None:
    frames = random_normal(2, 9, 3, 4, 5)
    grey = frames.mean(dim=2)
    stacked = pictures_with_differences(frames, 7, (-1, -3, 1, 3)).view(2, 3, 7, 4, 5)
    for frame in range(3):
        now = frame + 3
        torch.testing.assert_close(stacked[:, frame, :3], frames[:, now])
        for channel, other in enumerate((now - 1, now - 3, now + 1, now + 3), start=3):
            torch.testing.assert_close(stacked[:, frame, channel], 2 * (grey[:, other] - grey[:, now]))


def test_without_lags_there_are_pictures_alone() -> None:
    frames = random_normal(2, 9, 3, 4, 5)
    assert torch.equal(pictures_with_differences(frames, 7, ()), frames[:, 3:6].reshape(6, 3, 4, 5))
