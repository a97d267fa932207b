"""Contract of engines: what runs a trained network gives the numbers that torch gives in 32 bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn

from deg_core.descriptors import EnginePlugin, PluginSettings
from deg_core.inference.engine import relative_difference
from deg_core.interfaces import PreparedNetwork
from deg_core.networks.device import is_native
from deg_core.testing.engine_networks import (
    ClipsNetwork,
    FramesNetwork,
    LatentsNetwork,
    build_network,
    examples_for,
)
from deg_core.testing.random_state import left_alone

KINDS = (FramesNetwork, ClipsNetwork, LatentsNetwork)
_CPU = torch.device("cpu")
_NOISE = 2e-6
"""How far apart two answers of one engine to one question may be: other batches are added up in another order."""


class EngineContract:
    """Subclass it, and give `plugin`. Every precision of it that this machine's processor knows is tried.

    Attributes:
        plugin: The descriptor under test.
    """

    plugin: ClassVar[EnginePlugin[Any]]

    def settings(self) -> PluginSettings:
        """Settings to test with; by default the plugin's own defaults."""
        settings: PluginSettings = self.plugin.settings()
        return settings

    @pytest.fixture(params=["32", "bf16", "16"])
    def precision(self, request: pytest.FixtureRequest) -> str:
        """Each that the engine has and that a processor can be asked for."""
        wanted = str(request.param)
        if wanted not in self.plugin.bounds:
            pytest.skip("not one of its precisions")
        if wanted != "32" and not is_native(wanted, _CPU):
            pytest.skip("this machine's processor does not know it")
        return wanted

    @pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
    def network(self, request: pytest.FixtureRequest) -> nn.Module:
        """Networks on frames, on frames and pose, and on latents."""
        return build_network(request.param)

    def prepare(self, network: nn.Module, examples: tuple[Tensor, ...], precision: str = "32") -> PreparedNetwork:
        """Prepare a network as deg does."""
        with torch.inference_mode():
            return self.plugin.prepare(self.settings(), network, examples, precision)

    def test_says_which_numbers_it_can_calculate_with(self) -> None:
        """At least 32 bit on a processor, each precision with a bound that means something."""
        assert "cpu" not in self.plugin.devices or "32" in self.plugin.bounds
        assert all(0 < bound <= 0.1 for bound in self.plugin.bounds.values())
        assert self.plugin.bounds.get("32", 0) <= 1e-3

    @pytest.mark.parametrize(("n", "size"), [(1, (32, 16)), (3, (18, 14))], ids=str)
    def test_gives_the_numbers_of_torch(
        self, network: nn.Module, precision: str, n: int, size: tuple[int, int]
    ) -> None:
        """Within the bound that it states, for any number of members and pictures of any size."""
        examples = examples_for(network, n, size)
        run = self.prepare(network, examples, precision)
        check_alike(run(*examples), truth(network, examples), self.plugin.bounds[precision])

    def test_any_number_of_members_may_follow(self, network: nn.Module, precision: str) -> None:
        """However many it was prepared with."""
        run = self.prepare(network, examples_for(network, 2), precision)
        for n in (1, 5, 2):
            inputs = examples_for(network, n, seed=n)
            check_alike(run(*inputs), truth(network, inputs), self.plugin.bounds[precision])

    def test_a_member_is_the_same_alone_and_among_others(self, network: nn.Module) -> None:
        """Nobody's answer depends on who else is asked for."""
        inputs = examples_for(network, 4)
        run = self.prepare(network, tuple(each[:1] for each in inputs))
        whole = run(*inputs)
        alone = run(*(each[2:3] for each in inputs))
        check_alike(alone, tuple(each[2:3] for each in whole), _NOISE)

    def test_takes_overlapping_views(self, precision: str) -> None:
        """Rows of a chunk share frames in memory."""
        network = build_network(FramesNetwork)
        (frames,) = examples_for(network, 1)
        chunk = torch.cat([frames[0], frames[0].flip(0)])
        rows = chunk.unfold(0, frames.shape[1], 2).movedim(-1, 1)
        run = self.prepare(network, (rows[:1],), precision)
        check_alike(run(rows), truth(network, (rows.contiguous(),)), self.plugin.bounds[precision])

    def test_leaves_its_input_as_it_was(self, network: nn.Module) -> None:
        """Examples, and whatever follows."""
        inputs = examples_for(network, 2)
        kept = [each.clone() for each in inputs]
        self.prepare(network, inputs)(*inputs)
        assert all(torch.equal(*pair) for pair in zip(inputs, kept, strict=True))

    def test_leaves_the_network_as_it_was(self, network: nn.Module, precision: str) -> None:
        """Another engine, or the same at another precision, may be asked to run it next."""
        before = {name: value.clone() for name, value in network.state_dict().items()}
        self.prepare(network, examples_for(network, 1), precision)(*examples_for(network, 1))
        after = network.state_dict()
        assert not network.training
        assert list(after) == list(before)
        assert all(after[name].dtype == before[name].dtype for name in before)
        assert all(torch.equal(after[name], before[name]) for name in before)

    def test_no_later_call_changes_an_answer(self, network: nn.Module) -> None:
        """Answers wait in a queue while the next are made."""
        inputs, others = examples_for(network, 2), examples_for(network, 2, seed=1)
        run = self.prepare(network, inputs)
        answers = run(*inputs)
        kept = [each.clone() for each in answers]
        run(*others)
        assert all(torch.equal(*pair) for pair in zip(answers, kept, strict=True))

    def test_says_the_same_twice(self, network: nn.Module, precision: str) -> None:
        """Whatever it was asked in between."""
        inputs, others = examples_for(network, 2), examples_for(network, 3, seed=1)
        run = self.prepare(network, inputs, precision)
        first = run(*inputs)
        run(*others)
        check_alike(run(*inputs), first, _NOISE)

    def test_two_networks_do_not_meet(self) -> None:
        """Each answers by its own weights, whichever was prepared last."""
        one, other = build_network(FramesNetwork), build_network(FramesNetwork, seed=1)
        inputs = examples_for(one, 1)
        run_one, run_other = self.prepare(one, inputs), self.prepare(other, inputs)
        check_alike(run_one(*inputs), truth(one, inputs), self.plugin.bounds["32"])
        check_alike(run_other(*inputs), truth(other, inputs), self.plugin.bounds["32"])

    def test_answers_in_another_thread(self) -> None:
        """Than the one in which it was prepared."""
        network = build_network(FramesNetwork)
        inputs = examples_for(network, 2)
        run = self.prepare(network, inputs)
        with ThreadPoolExecutor(max_workers=1) as thread:
            answers = thread.submit(run, *inputs).result()
        check_alike(answers, truth(network, inputs), self.plugin.bounds["32"])

    def test_heeds_what_the_module_remembers(self) -> None:
        """Where it says that it calls the module itself, a change to the module shows."""
        if not self.plugin.runs_module:
            pytest.skip("it takes a picture of the module once and for all")
        network = build_network(FramesNetwork)
        inputs = examples_for(network, 1)
        run = self.prepare(network, inputs)
        run(*inputs)
        network.get_buffer("offset").add_(0.5)
        check_alike(run(*inputs), truth(network, inputs), self.plugin.bounds["32"])

    def test_leaves_global_random_state_alone(self) -> None:
        """Nothing is drawn by lot."""
        network = build_network(FramesNetwork)
        inputs = examples_for(network, 1)
        with left_alone():
            self.prepare(network, inputs)(*inputs)


def truth(network: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What torch says in 32 bit."""
    with torch.inference_mode():
        answers: tuple[Tensor, ...] = network(*inputs)
    return answers


def check_alike(found: tuple[Tensor, ...], expected: tuple[Tensor, ...], bound: float) -> None:
    """As many tensors, of the same shapes, of floats, that differ by no more than a share of the largest number."""
    assert len(found) == len(expected)
    assert all(each.is_floating_point() for each in found)
    assert [each.shape for each in found] == [each.shape for each in expected]
    difference = max(map(relative_difference, found, expected))
    assert difference <= bound, f"differs by {difference:.2e} of the largest answer, more than {bound:g}"
