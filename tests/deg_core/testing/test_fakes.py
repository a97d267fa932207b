"""The fakes keep every promise that plugins make, so that a test with fakes is a fair one."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.data.labels import Labels
from deg_core.data.pose import Pose
from deg_core.errors import VideoError
from deg_core.testing import (
    FAKES,
    FakeVideo,
    FeatureExtractorContract,
    FlowGeneratorContract,
    LabelFormatContract,
    LossContract,
    MetricContract,
    PoseFormatContract,
    PostProcessorContract,
    SequenceModelContract,
    VideoReaderContract,
    fakes,
    only_plugins,
)
from deg_core.testing.fake_pose import write_fake_pose
from deg_core.testing.fake_scoring import FakePostProcessorSettings
from deg_core.testing.fakes import FakeExtractorSettings, FakeFlowSettings, FakeReaderSettings, FakeSequenceSettings


class TestFakeReader(VideoReaderContract):
    plugin = fakes.fake_reader
    suffix = ".npy"

    def write_video(self, path: Path, frames: NDArray[np.uint8], frames_per_second: float) -> None:
        np.save(path, frames)
        self.rate = frames_per_second

    def settings(self) -> FakeReaderSettings:
        return FakeReaderSettings(frames_per_second=getattr(self, "rate", 30.0))


class TestFakeLabels(LabelFormatContract):
    plugin = fakes.fake_labels
    example = "walk\trear\n1\t0\n-1\t1\n"
    example_labels = Labels(np.array([[1, 0], [-1, 1]], dtype=np.int8), ("walk", "rear"))


class TestFakePose(PoseFormatContract):
    plugin = fakes.fake_pose
    max_animals = 1

    def write_pose(self, path: Path, pose: Pose) -> None:
        write_fake_pose(path, pose)


class TestFakeFlow(FlowGeneratorContract):
    plugin = fakes.fake_flow


class TestFakeFlowOfWindows(FlowGeneratorContract):
    plugin = fakes.fake_flow

    def settings(self) -> FakeFlowSettings:
        return FakeFlowSettings(n_frames=5)


class TestFakeExtractor(FeatureExtractorContract):
    plugin = fakes.fake_extractor


class TestFakeFlowExtractor(FeatureExtractorContract):
    plugin = fakes.fake_flow_extractor

    def settings(self) -> FakeExtractorSettings:
        return FakeExtractorSettings(window=5)


class TestFakePoseExtractor(FeatureExtractorContract):
    plugin = fakes.fake_pose_extractor


class TestFakePoseAndFramesExtractor(FeatureExtractorContract):
    plugin = fakes.fake_pose_and_frames_extractor

    def settings(self) -> FakeExtractorSettings:
        return FakeExtractorSettings(window=5)


class TestFakeSequence(SequenceModelContract):
    plugin = fakes.fake_sequence

    def settings(self) -> FakeSequenceSettings:
        return FakeSequenceSettings(receptive_field=5)


class TestFakeSequenceWithoutBound(SequenceModelContract):
    plugin = fakes.fake_sequence

    def settings(self) -> FakeSequenceSettings:
        return FakeSequenceSettings(receptive_field=None)


class TestFakeSequenceOnLogits(SequenceModelContract):
    plugin = fakes.fake_sequence_on_logits


class TestFakeLoss(LossContract):
    plugin = fakes.fake_loss


class TestFakeExclusiveLoss(LossContract):
    plugin = fakes.fake_exclusive_loss


class TestFakePostProcessor(PostProcessorContract):
    plugin = fakes.fake_post_processor

    def settings(self) -> FakePostProcessorSettings:
        return FakePostProcessorSettings(min_frames=3)


class TestFakeMetric(MetricContract):
    plugin = fakes.fake_metric


def test_every_fake_keeps_its_contract() -> None:
    contracts = (kind for kind in globals().values() if isinstance(kind, type) and kind.__name__.startswith("TestFake"))
    tried = {kind.plugin.name for kind in contracts}  # type: ignore[attr-defined]
    assert tried | {fakes.fake_engine.name} == {plugin.name for plugin in FAKES}  # the engine: test_engine.py


def test_a_fake_video_remembers_what_was_read() -> None:
    video = FakeVideo(np.zeros((5, 4, 4, 3), np.uint8))
    video.read(1, 3)
    with pytest.raises(VideoError):
        video.read(3, 6)
    video.close()
    assert video.spans_read == [(1, 3)]
    assert video.closed
    assert pickle.loads(pickle.dumps(video)).spans_read == [(1, 3)]


def test_a_catalogue_of_a_few_plugins_holds_no_others() -> None:
    assert [offer.plugin for offer in only_plugins(fakes.fake_flow).offers] == [fakes.fake_flow]
