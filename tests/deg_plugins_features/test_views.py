from __future__ import annotations

import pytest
import torch

from deg_core.networks.tensors import pair_windows
from deg_core.testing.torch_component import random_normal
from deg_plugins_features.views import ClipView, FlowView, OriginalPictureView, PictureView

FRAMES = random_normal(2, 7, 3, 4, 6)
FLOW = random_normal(2, 3, 4, 2, 4, 6)


def test_a_picture_is_the_middle_frame() -> None:
    assert torch.equal(PictureView(5, ())(FRAMES, None), FRAMES[:, 2:5].reshape(6, 3, 4, 6))
    assert torch.equal(PictureView(1, ())(FRAMES, None), FRAMES.reshape(14, 3, 4, 6))


def test_differences_are_more_channels() -> None:
    view = PictureView(5, (1, 2))
    assert view(FRAMES, None).shape == (6, view.n_channels, 4, 6)


def test_differences_to_later_frames_end_where_looking_ahead_does() -> None:
    both = PictureView(7, (1, 3))
    assert both.offsets == (-3, -1, 0, 1, 3)
    for look_ahead, offsets in ((0, (-3, -1, 0)), (2, (-3, -1, 0, 1)), (3, both.offsets)):
        view = PictureView(7, (1, 3), look_ahead)
        assert view.offsets == offsets
        seen = view(FRAMES, None)
        assert seen.shape == (2, view.n_channels, 4, 6)
        assert torch.equal(seen, both(FRAMES, None)[:, : view.n_channels])


def test_the_original_picture_is_three_channels_of_the_stacked_window_one_too_late() -> None:
    view = OriginalPictureView(5)
    for frame, picture in enumerate(view(FRAMES, None).view(2, 3, 3, 4, 6).unbind(1)):
        stacked = FRAMES[:, frame : frame + 5].flatten(1, 2)
        assert torch.equal(picture, stacked[:, 7:10])  # and not 6 to 8


def test_a_clip_is_the_whole_window_with_colour_first() -> None:
    clips = ClipView(5)(FRAMES, None).view(2, 3, 3, 5, 4, 6)
    for frame in range(3):
        assert torch.equal(clips[:, frame], FRAMES[:, frame : frame + 5].transpose(1, 2))


def test_flow_is_a_picture_of_many_channels_or_a_clip_of_two() -> None:
    pictures, clips = (FlowView(4, as_clip=as_clip)(FRAMES, FLOW) for as_clip in (False, True))
    assert pictures.shape == (6, 8, 4, 6)
    assert clips.shape == (6, 2, 4, 4, 6)
    assert torch.equal(pictures[4, 5], FLOW[1, 1, 2, 1])
    assert torch.equal(clips[4, 1, 2], FLOW[1, 1, 2, 1])


@pytest.mark.parametrize("as_clip", [False, True])
def test_windows_of_one_record_are_seen_without_a_copy(as_clip: bool) -> None:
    flow = random_normal(1, 9, 1, 2, 4, 6)
    seen = FlowView(4, as_clip=as_clip)(FRAMES, pair_windows(flow, 4))
    assert seen.untyped_storage().data_ptr() == flow.untyped_storage().data_ptr()
    assert ClipView(5)(FRAMES[:1], None).untyped_storage().data_ptr() == FRAMES.untyped_storage().data_ptr()


def test_missing_flow_is_refused() -> None:
    with pytest.raises(ValueError, match="needs optical flow"):
        FlowView(4, as_clip=False)(FRAMES, None)
