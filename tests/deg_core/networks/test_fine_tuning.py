from __future__ import annotations

import torch

from deg_core.networks.fine_tuning import FineTuned
from deg_core.networks.tensors import extract
from deg_core.testing.fakes import FakeExtractor, FakeExtractorSettings, FakeFlowGenerator, FakeFlowSettings

FRAMES = torch.rand(2, 7, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def pair() -> tuple[FakeFlowGenerator, FakeExtractor]:
    return FakeFlowGenerator(FakeFlowSettings()), FakeExtractor(FakeExtractorSettings(), 2, needs_flow=True)


def test_both_together_answer_as_one_after_the_other() -> None:
    flow, extractor = pair()
    together = FineTuned(flow, extractor)
    assert (together.window, together.n_latents) == (extractor.window, extractor.n_latents)
    for found, expected in zip(together(FRAMES, None), extract(FRAMES, flow, extractor), strict=True):
        assert torch.equal(found, expected)


def test_gradients_reach_the_flow_generator() -> None:
    flow, extractor = pair()
    FineTuned(flow, extractor)(FRAMES, None)[0].sum().backward()
    assert flow.scale.grad is not None
    assert flow.scale.grad != 0


def test_the_weights_are_those_of_both_and_both_follow_its_mode() -> None:
    flow, extractor = pair()
    together = FineTuned(flow.eval(), extractor.eval()).train()
    assert set(together.state_dict()) == {
        "flow_generator.scale",
        *(f"extractor.{name}" for name in extractor.state_dict()),
    }
    assert flow.training
    assert not FineTuned(flow, extractor).eval().flow_generator.training
