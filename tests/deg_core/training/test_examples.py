from __future__ import annotations

import numpy as np
import torch

from deg_core.data.frames import FramePreparation
from deg_core.progress import SilentProgress
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import FakeVideo
from deg_core.training.clips import ClipDataset, ClipPlaces
from deg_core.training.examples import ClipExamples, LatentExamples, OutputExamples
from deg_core.training.frames import Padding, VideoFrames
from deg_core.training.sampling import Batches, FixedDraw
from deg_core.training.stretches import LatentSpan


def test_clips_come_as_an_extractor_takes_them_as_often_as_wanted() -> None:
    frames = np.full((6, 16, 16, 3), 255, np.uint8)
    source = VideoFrames(FakeVideo(frames), FramePreparation((16, 16)), "a")
    places = ClipPlaces(("a",), np.zeros(4, np.int32), np.arange(4), np.eye(4, 2, dtype=np.int8))
    dataset = ClipDataset({"a": source}, places, 3, Padding("edge", np.zeros(3, np.uint8)))
    batches = Batches(dataset, FixedDraw(range(4), 3, None))
    statistics = Statistics(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.25))
    examples = ClipExamples(batches, statistics, torch.device("cpu"), SilentProgress())
    for _ in range(2):
        pictures, labels = zip(*examples, strict=True)
        assert [tuple(each.shape) for each in pictures] == [(3, 3, 3, 16, 16), (1, 3, 3, 16, 16)]
        assert pictures[0][0, 0, :, 0, 0].tolist() == [1.0, 1.0, 2.0]
        assert torch.cat(labels)[:, 0].tolist() == np.eye(4, 2, dtype=int).tolist()


def test_clips_come_on_the_device_of_the_model() -> None:
    source = VideoFrames(FakeVideo(np.zeros((6, 16, 16, 3), np.uint8)), FramePreparation((16, 16)), "a")
    places = ClipPlaces(("a",), np.zeros(4, np.int32), np.arange(4), np.eye(4, 2, dtype=np.int8))
    dataset = ClipDataset({"a": source}, places, 3, Padding("edge", np.zeros(3, np.uint8)))
    batches = Batches(dataset, FixedDraw(range(4), 4, None))
    ((pictures, labels),) = ClipExamples(batches, Statistics(), torch.device("meta"), SilentProgress())
    assert (pictures.device.type, labels.device.type) == ("meta", "meta")


def test_latents_come_span_by_span_as_often_as_wanted() -> None:
    spans = [LatentSpan(np.ones((n, 3), np.float32), np.zeros((n, 2), np.int8)) for n in (4, 9)]
    examples = LatentExamples(spans)
    for _ in range(2):
        shapes = [(tuple(latents.shape), tuple(labels.shape)) for latents, labels in examples]
        assert shapes == [((1, 4, 3), (1, 4, 2)), ((1, 9, 3), (1, 9, 2))]


def test_models_with_a_solver_are_given_labels_of_outputs() -> None:
    labels = torch.tensor([[[0, 0], [1, 0], [-1, 0]]], dtype=torch.int8)
    examples = OutputExamples([(torch.zeros(1, 3, 2), labels)], exclusive=True)
    for _ in range(2):
        ((inputs, marks),) = examples
        assert inputs.shape == (1, 3, 2)
        assert marks.tolist() == [[[0, 0, 1], [1, 0, 0], [-1, 0, -1]]]
    ((_, same),) = OutputExamples([(torch.zeros(1, 3, 2), labels)], exclusive=False)
    assert torch.equal(same, labels)
