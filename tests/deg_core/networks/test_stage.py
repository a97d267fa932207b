from __future__ import annotations

import torch
from torch import nn

from deg_core.networks.fine_tuning import FineTuned
from deg_core.networks.stage import FeatureStage
from deg_core.networks.tensors import extract, normalise, to_pictures
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import (
    FakeExtractor,
    FakeExtractorSettings,
    FakeFlowGenerator,
    FakeFlowSettings,
    FakePoseExtractor,
)

STATISTICS = Statistics(mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7))
FRAMES = torch.randint(0, 256, (1, 6, 8, 8, 3), dtype=torch.uint8)


def test_bytes_are_z_scored_and_shown_to_all_networks() -> None:
    flow = FakeFlowGenerator(FakeFlowSettings())
    extractor = FakeExtractor(FakeExtractorSettings(), 2, needs_flow=True)
    expected = extract(normalise(to_pictures(FRAMES), STATISTICS), flow, extractor)
    for one, found in zip(expected, FeatureStage(flow, extractor, STATISTICS)(FRAMES), strict=True):
        assert torch.equal(found, one)


def test_pose_comes_alone_or_after_the_frames() -> None:
    extractor, pose = FakePoseExtractor(FakeExtractorSettings(), 2), torch.rand(1, 6, 3)
    with_frames = FeatureStage(None, extractor, STATISTICS)(FRAMES, pose)
    alone = FeatureStage(None, extractor, STATISTICS, needs_frames=False)(pose)
    pictures = normalise(to_pictures(FRAMES), STATISTICS)
    assert torch.equal(with_frames[0], extractor(pictures, None, pose)[0])
    assert torch.equal(alone[0], extractor(None, None, pose)[0])


def test_it_says_whether_neighbours_share_work() -> None:
    extractor = FakeExtractor(FakeExtractorSettings(), 2, needs_flow=True)
    pairs, windows = FakeFlowGenerator(FakeFlowSettings()), FakeFlowGenerator(FakeFlowSettings(n_frames=3))
    assert FeatureStage(pairs, extractor, STATISTICS).shares
    assert FeatureStage(None, extractor, STATISTICS).shares
    assert not FeatureStage(windows, extractor, STATISTICS).shares
    assert not FeatureStage(None, FineTuned(windows, extractor), STATISTICS).shares


def test_it_says_whether_it_remembers_a_recording() -> None:
    class Surveyor(nn.Module):
        n_survey_frames = 3

        def survey(self, frames_TCHW: torch.Tensor) -> None:
            pass

    assert FeatureStage(None, Surveyor(), STATISTICS).remembers
    assert not FeatureStage(None, FakeExtractor(FakeExtractorSettings(), 2), STATISTICS).remembers
