from __future__ import annotations

import torch
from torch import nn

from deg_core.testing import EngineContract
from deg_core.testing.engine_networks import FramesNetwork, build_network, examples_for
from deg_plugins_engines.plugin import torch_engine
from deg_plugins_engines.settings import TorchSettings


class TestTorch(EngineContract):
    plugin = torch_engine


def test_numbers_are_those_that_are_asked_for() -> None:
    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor]:
            return (self.inner(x),)

    for precision, dtype in (("32", torch.float32), ("bf16", torch.bfloat16)):
        inputs = (torch.ones(1, 4),)
        assert torch_engine.prepare(TorchSettings(), Layer().eval(), inputs, precision)(*inputs)[0].dtype == dtype


def test_compiling_goes_through_the_compiler(monkeypatch) -> None:
    asked = []

    def compile_(network, mode):
        asked.append(mode)
        return network

    monkeypatch.setattr(torch, "compile", compile_)
    network = build_network(FramesNetwork)
    inputs = examples_for(network, 1)
    for mode in ("off", "default", "reduce-overhead"):
        torch_engine.prepare(TorchSettings(compile=mode), network, inputs, "32")
    assert asked == ["default", "reduce-overhead"]
