from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from deg_core.testing import SequenceModelContract
from deg_core.testing.torch_component import random_normal
from deg_plugins_sequence.logistic import Logistic
from deg_plugins_sequence.plugin import logistic
from deg_plugins_sequence.settings import LogisticSettings


class TestLogistic(SequenceModelContract):
    plugin = logistic


class TestLogisticWithContext(SequenceModelContract):
    plugin = logistic

    def settings(self) -> LogisticSettings:
        return LogisticSettings(context=9)


def test_context_is_the_mean_of_the_frames_that_exist() -> None:
    model = Logistic(LogisticSettings(context=3), 1, 1)
    with torch.no_grad():
        model.classify.weight.copy_(torch.tensor([[0.0, 1.0]]))
        model.classify.bias.zero_()
        latents = torch.tensor([1.0, 2.0, 6.0, 100.0]).view(1, 4, 1)
        logits = model(latents, torch.tensor([[True, True, True, False]]))
    torch.testing.assert_close(logits[0, :3, 0], torch.tensor([1.5, 3.0, 4.0]))


def test_context_tells_what_single_frames_cannot() -> None:
    wave = torch.arange(600) // 30 % 2
    latents = (0.6 * wave.view(1, -1, 1) + random_normal(1, 600, 1)).float()
    labels = wave.view(1, -1, 1)
    right = []
    for context in (0, 15):
        model = Logistic(LogisticSettings(context=context, strength=1.0), 1, 1)
        model.fit([(latents, labels)])
        decided = model(latents, torch.ones(1, 600, dtype=torch.bool)) > 0
        right.append((decided == labels).float().mean().item())
    assert right[0] < 0.7 < right[1]


def test_latents_of_any_scale_are_fitted_alike() -> None:
    latents, labels = random_normal(1, 200, 3), torch.randint(0, 2, (1, 200, 2))
    answers = []
    for scale, shift in ((1.0, 0.0), (1e3, 50.0)):
        model = Logistic(LogisticSettings(), 3, 2)
        model.fit([(scale * latents + shift, labels)])
        answers.append(model(scale * latents + shift, torch.ones(1, 200, dtype=torch.bool)))
    torch.testing.assert_close(*answers, rtol=1e-2, atol=1e-3)


def test_an_even_context_is_refused() -> None:
    with pytest.raises(ValidationError, match="odd"):
        LogisticSettings(context=4)
