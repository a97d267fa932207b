from __future__ import annotations

import numpy as np

from deg_core.data.frames import FramePreparation
from deg_core.data.record import Span
from deg_core.testing.fakes import FakeVideo
from deg_core.training.clips import ClipDataset, all_places, labelled_places
from deg_core.training.frames import Padding, VideoFrames

PADDING = Padding("edge", np.zeros(3, np.uint8))


def numbered(n_frames: int, offset: int = 0) -> VideoFrames:
    """A source whose frames are filled with their own number."""
    frames = (
        np.zeros((n_frames, 16, 16, 3), np.uint8)
        + np.arange(offset, offset + n_frames, dtype=np.uint8)[:, None, None, None]
    )
    return VideoFrames(FakeVideo(frames), FramePreparation((16, 16)), "numbered")


LABELS = {
    "a": np.array([[0, 1]] * 3 + [[-1, -1]] * 2 + [[1, -1]] * 3, dtype=np.int8),
    "b": np.array([[1, 1]] * 6, dtype=np.int8),
}
SPANS = [Span("b", 1, 3), Span("a", 1, 7)]
SOURCES = {"a": numbered(8), "b": numbered(6, 100)}


def test_there_is_a_place_for_every_frame_with_a_label_and_for_no_other() -> None:
    places = labelled_places(SPANS, LABELS, window=3)
    middles = [(places.recordings[which], start + 1) for which, start in zip(places.which, places.starts, strict=True)]
    assert middles == [("b", 1), ("b", 2), ("a", 1), ("a", 2), ("a", 5), ("a", 6)]
    assert places.labels.tolist() == [[1, 1], [1, 1], [0, 1], [0, 1], [1, -1], [1, -1]]
    assert places.labels.dtype == np.int8


def test_no_spans_are_no_places_of_the_right_width() -> None:
    places = labelled_places([], LABELS, window=3)
    assert (len(places), places.labels.shape) == (0, (0, 2))


def test_a_batch_holds_the_window_around_each_place_and_its_labels() -> None:
    places = labelled_places(SPANS, LABELS, window=3)
    frames, _, labels = ClipDataset(SOURCES, places, 3, PADDING).__getitems__([0, 4])
    assert frames.shape == (2, 3, 16, 16, 3)
    assert frames[:, :, 0, 0, 0].tolist() == [[100, 101, 102], [4, 5, 6]]
    assert labels.tolist() == [[[1, 1]], [[1, -1]]]
    assert (str(frames.dtype), str(labels.dtype)) == ("torch.uint8", "torch.int8")


def test_one_item_is_a_batch_of_one() -> None:
    dataset = ClipDataset(SOURCES, labelled_places(SPANS, LABELS, window=3), 3, PADDING)
    frames, _, labels = dataset[3]
    assert frames[:, 0, 0, 0].tolist() == [1, 2, 3]
    assert labels.tolist() == [[0, 1]]
    assert len(dataset) == 6


def test_windows_reach_over_the_ends_of_spans_and_are_padded_at_those_of_the_recording() -> None:
    places = labelled_places([Span("b", 0, 1), Span("b", 5, 6)], LABELS, window=5)
    frames, *_ = ClipDataset(SOURCES, places, 5, PADDING).__getitems__([0, 1])
    assert frames[:, :, 0, 0, 0].tolist() == [[100, 100, 100, 101, 102], [103, 104, 105, 105, 105]]


def test_clips_for_flow_lie_inside_their_span_labelled_or_not() -> None:
    places = all_places([Span("a", 2, 7), Span("b", 0, 2)], n_frames=3)
    assert places.starts.tolist() == [2, 3, 4]
    frames, _, labels = ClipDataset(SOURCES, places, 3, PADDING).__getitems__([0, 2])
    assert frames[:, :, 0, 0, 0].tolist() == [[2, 3, 4], [4, 5, 6]]
    assert labels.shape == (2, 1, 0)


def test_pose_comes_with_the_same_window_as_frames_and_ends_as_the_recording_does() -> None:
    poses = {"a": np.arange(8, dtype=np.float32)[:, None], "b": np.arange(100, 106, dtype=np.float32)[:, None]}
    places = labelled_places([Span("b", 0, 1), Span("a", 6, 7)], LABELS, window=3)
    frames, pose, labels = ClipDataset(SOURCES, places, 3, PADDING, poses).__getitems__([0, 1])
    assert pose[..., 0].tolist() == [[100, 100, 101], [5, 6, 7]]
    assert pose[..., 0].tolist() == frames[:, :, 0, 0, 0].tolist()
    assert (str(pose.dtype), labels.tolist()) == ("torch.float32", [[[1, 1]], [[1, -1]]])


def test_without_frames_there_is_pose_alone() -> None:
    poses = {"a": np.zeros((8, 2), np.float32), "b": np.ones((6, 2), np.float32)}
    dataset = ClipDataset({}, labelled_places(SPANS, LABELS, window=3), 3, PADDING, poses)
    frames, pose, _ = dataset.__getitems__([0, 4])
    assert frames is None
    assert pose.mean(dim=(1, 2)).tolist() == [1, 0]
    assert dataset[0][1].shape == (3, 2)
