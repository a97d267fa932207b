from __future__ import annotations

from typing import Any

import numpy as np
import torch

from deg_core.project.manifest import Augmentation
from deg_core.project.run_record import Statistics
from deg_core.testing.fake_scoring import FakeLoss
from deg_core.testing.fakes import (
    FakeExtractor,
    FakeExtractorSettings,
    FakeFlowGenerator,
    FakeFlowSettings,
    FakeSequenceModel,
    FakeSequenceSettings,
)
from deg_core.training.augment import Augment
from deg_core.training.sampling import random_numbers
from deg_core.training.steps import FeatureSteps, FlowSteps, SequenceSteps

COLOURS = Statistics(mean=(0.5, 0.4, 0.3), std=(0.2, 0.1, 0.5))
FRAMES = torch.from_numpy(np.random.default_rng(0).integers(0, 255, (4, 3, 16, 16, 3), dtype=np.uint8))
AUGMENT = Augment(Augmentation(flip_horizontal=1, colour_probability=0, greyscale=0, rotation_degrees=0))
LABELS = torch.tensor([[[1, 0]], [[0, 1]], [[-1, 1]], [[-1, -1]]], dtype=torch.int8)


def feature_steps(**changes: Any) -> FeatureSteps:
    return FeatureSteps(
        **{
            "statistics": COLOURS,
            "augment": AUGMENT,
            "flow_generator": None,
            "loss": FakeLoss(exclusive=False),
            **changes,
        }
    )


def test_pictures_are_augmented_in_training_and_left_alone_in_validation() -> None:
    frames, pictures = FlowSteps(COLOURS, AUGMENT).prepare((FRAMES,), None)
    assert torch.allclose(pictures * 255, FRAMES.permute(0, 1, 4, 2, 3).float(), atol=1e-3)
    assert torch.allclose(frames[:, :, 1], (pictures[:, :, 1] - 0.4) / 0.1, atol=1e-4)
    changed, flipped = FlowSteps(COLOURS, AUGMENT).prepare((FRAMES,), random_numbers(0))
    assert torch.equal(flipped, pictures.flip(-1))
    assert torch.allclose(changed, frames.flip(-1))


def test_flow_is_trained_by_its_own_objective() -> None:
    steps, model = FlowSteps(COLOURS, AUGMENT), FakeFlowGenerator(FakeFlowSettings(n_frames=3))
    answer = steps(model, steps.prepare((FRAMES,), None))
    assert answer.loss.requires_grad
    assert answer.logits is None


def test_features_are_trained_on_labels_and_unlabelled_ones_give_no_gradient() -> None:
    model = FakeExtractor(FakeExtractorSettings(), 2)
    steps = feature_steps()
    batch = steps.prepare((FRAMES, None, LABELS), None)
    answer = steps(model, batch)
    assert answer.logits is not None
    assert answer.logits.shape == (4, 1, 2)
    assert answer.labels is LABELS
    answer.loss.backward()
    expected = model.head.weight.grad.clone()
    model.zero_grad()
    other = FRAMES.clone()
    other[3] = 255 - other[3]
    steps(model, steps.prepare((other, None, LABELS), None)).loss.backward()
    assert torch.allclose(model.head.weight.grad, expected)


def test_frames_that_the_extractor_does_not_look_at_are_not_prepared() -> None:
    whole = feature_steps().prepare((FRAMES, None, LABELS), random_numbers(0))[0]
    some = feature_steps(offsets=(-1, 0)).prepare((FRAMES, None, LABELS), random_numbers(0))[0]
    assert torch.equal(some[:, :2], whole[:, :2])
    assert whole[:, 2].any()
    assert not some[:, 2].any()


def test_the_flow_generator_is_not_trained_along() -> None:
    flow = FakeFlowGenerator(FakeFlowSettings()).eval()
    model = FakeExtractor(FakeExtractorSettings(), 2, needs_flow=True)
    steps = feature_steps(flow_generator=flow)
    steps(model, steps.prepare((FRAMES, None, LABELS), None)).loss.backward()
    assert flow.scale.grad is None
    assert not flow.training
    assert model.head.weight.grad is not None


def test_a_sequence_model_is_trained_on_all_labelled_frames() -> None:
    model = FakeSequenceModel(FakeSequenceSettings(), 3, 2)
    batch = (torch.rand(2, 5, 3), torch.ones(2, 5, dtype=torch.bool), torch.zeros(2, 5, 2, dtype=torch.int8))
    steps = SequenceSteps(FakeLoss(exclusive=False))
    assert steps.prepare(batch, random_numbers(0)) is batch
    answer = steps(model, batch)
    assert answer.logits is not None
    assert answer.logits.shape == (2, 5, 2)
    assert answer.loss.requires_grad


def test_what_steps_hold_is_brought_to_the_device() -> None:
    flow, loss = FakeFlowGenerator(FakeFlowSettings()), FakeLoss(exclusive=False)
    loss.register_buffer("weight", torch.ones(2))
    feature_steps(flow_generator=flow, loss=loss).place(torch.device("meta"))
    assert (flow.scale.device.type, loss.weight.device.type) == ("meta", "meta")
    SequenceSteps(loss).place(torch.device("meta"))
    FlowSteps(COLOURS, AUGMENT).place(torch.device("meta"))
