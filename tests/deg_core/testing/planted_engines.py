"""A good engine and copies of it with one fault each, for `test_engine.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import threading
from copy import deepcopy
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from deg_core.descriptors import EnginePlugin, NoSettings
from deg_core.testing import EngineContract

Answers = tuple[Tensor, ...]


class GoodEngine:
    """A picture of the module, called member by member."""

    bounds: ClassVar[dict[str, float]] = {"32": 1e-4, "bf16": 0.05}
    runs_module: ClassVar[bool] = False

    def __init__(self, network: nn.Module, examples: Answers, precision: str) -> None:
        self.network = self.keep(network)
        self.examples, self.precision = examples, precision

    def keep(self, network: nn.Module) -> nn.Module:
        return deepcopy(network)

    @torch.inference_mode()
    def __call__(self, *inputs: Tensor) -> Answers:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.precision == "bf16"):
            rows = [self.network(*(each[m : m + 1] for each in inputs)) for m in range(len(inputs[0]))]
        return tuple(torch.cat(each) for each in zip(*rows, strict=True))


class PromisesNothing(GoodEngine):
    bounds: ClassVar[dict[str, float]] = {"32": 0.5}


class ForgetsStatistics(GoodEngine):
    def keep(self, network: nn.Module) -> nn.Module:
        network = deepcopy(network)
        for layer in network.modules():
            if isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm3d)):
                layer.reset_running_stats()
        return network


class CalculatesWithFewBits(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        return tuple(each.half().float() for each in super().__call__(*inputs))


class GivesWholeNumbers(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        return tuple(each.long() for each in super().__call__(*inputs))


class LosesAnAnswer(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        return super().__call__(*inputs)[:-1]


class KnowsOneBatch(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        n = len(self.examples[0])
        answers = super().__call__(*(each[:n] for each in inputs))
        return tuple(each.expand(len(inputs[0]) // n * n, *each.shape[1:]) if n == 1 else each for each in answers)


class MixesMembers(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        answers = super().__call__(*inputs)
        return tuple(each + 1e-5 * each.mean(dim=0, keepdim=True) for each in answers)


class ReadsMemoryStraight(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        straight = (torch.as_strided(each, each.shape, torch.empty(each.shape).stride()) for each in inputs)
        return super().__call__(
            *(each if each.is_contiguous() else s for each, s in zip(inputs, straight, strict=True))
        )


class WorksInPlace(GoodEngine):
    def __call__(self, *inputs: Tensor) -> Answers:
        answers = super().__call__(*inputs)
        inputs[0].zero_()
        return answers


class LeavesItInHalves(GoodEngine):
    def keep(self, network: nn.Module) -> nn.Module:
        kept = deepcopy(network)
        network.bfloat16()
        return kept


class UsesItsMemoryAgain(GoodEngine):
    buffers: tuple[Tensor, ...] = ()

    @torch.inference_mode()
    def __call__(self, *inputs: Tensor) -> Answers:
        answers = super().__call__(*inputs)
        if [each.shape for each in self.buffers] != [each.shape for each in answers]:
            self.buffers = answers
        for buffer, answer in zip(self.buffers, answers, strict=True):
            buffer.copy_(answer)
        return self.buffers


class Remembers(GoodEngine):
    calls = 0

    def __call__(self, *inputs: Tensor) -> Answers:
        self.calls += 1
        return tuple(each * (1 + 1e-5 * self.calls) for each in super().__call__(*inputs))


class KeepsTheLastNetwork(GoodEngine):
    last: ClassVar[list[nn.Module]] = []

    @torch.inference_mode()
    def __call__(self, *inputs: Tensor) -> Answers:
        self.network = self.last[-1]
        return super().__call__(*inputs)

    def keep(self, network: nn.Module) -> nn.Module:
        self.last.append(deepcopy(network))
        return self.last[-1]


class StaysInItsThread(GoodEngine):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.local = threading.local()
        self.local.network = self.network

    def __call__(self, *inputs: Tensor) -> Answers:
        self.network = self.local.network
        return super().__call__(*inputs)


class SaysItCallsTheModule(GoodEngine):
    runs_module: ClassVar[bool] = True


class Draws(GoodEngine):
    def keep(self, network: nn.Module) -> nn.Module:
        torch.rand(1)
        return deepcopy(network)


class _Attack(EngineContract):
    planted: type[GoodEngine]

    def __init_subclass__(cls) -> None:
        planted = cls.planted
        cls.plugin = EnginePlugin(
            name="planted",
            summary="",
            settings=NoSettings,
            bounds=planted.bounds,
            runs_module=planted.runs_module,
            prepare=lambda settings, network, examples, precision: planted(network, examples, precision),
        )


for _planted in [GoodEngine, *GoodEngine.__subclasses__()]:
    _name = f"Test{_planted.__name__}"
    globals()[_name] = type(_name, (_Attack,), {"planted": _planted})
