from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from deg_core.api import VideoError
from deg_core.testing import FakeVideo

from deg_saliency.windows import Windows


def make(n_frames=9, *, padding="edge", window=5):
    frames = np.repeat(np.arange(10, 10 + n_frames, dtype=np.uint8), 4 * 6 * 3).reshape(n_frames, 4, 6, 3)
    image = SimpleNamespace(size=(4, 6), crop=None, resize="area", padding=padding)
    card = SimpleNamespace(image=image, statistics=SimpleNamespace(mean=(0.5, 0.5, 0.5)))
    return Windows(FakeVideo(frames), card, window, "film")


def greys(windows):
    return windows[..., 0, 0, 0].tolist()


def test_a_window_is_centred_and_padded_by_the_outermost_frames() -> None:
    assert greys(make().at([4, 0, 8])) == [[12, 13, 14, 15, 16], [10, 10, 10, 11, 12], [16, 17, 18, 18, 18]]


def test_or_by_the_mean_colour() -> None:
    assert greys(make(padding="mean").at([0])) == [[127, 127, 10, 11, 12]]


def test_windows_along_a_span_are_those_of_its_single_frames() -> None:
    windows = make()
    pieces = list(windows.along(0, 9, 4))
    assert [frames for frames, _ in pieces] == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]
    assert torch.equal(torch.cat([raw for _, raw in pieces]), windows.at(range(9)))


def test_frames_that_are_not_there_are_refused() -> None:
    windows = make()
    windows.require([0, 8])
    for frame in (9, -1):
        with pytest.raises(VideoError, match=f"no frame {frame}") as refused:
            windows.require([3, frame])
        assert "0 to 8" in refused.value.fix
