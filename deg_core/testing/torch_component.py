"""What holds for every network that a plugin builds.

Axes: N chunks or records in a batch, T frames that are answered for, K outputs, X whatever is said of a frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn

from deg_core.descriptors import Plugin, PluginSettings
from deg_core.interfaces import FitsDirectly, StartsFromBaseRate
from deg_core.networks.weights import load_weights, save_weights
from deg_core.testing.random_state import left_alone

Inputs = tuple[Tensor | None, ...]


class TorchComponentContract(ABC):
    """Tests that flow generators, feature extractors and sequence models share. Subclass one of those.

    Attributes:
        plugin: The descriptor under test.
    """

    plugin: ClassVar[Plugin[Any]]

    def settings(self) -> PluginSettings:
        """Settings to test with; override to make a large network small. By default the plugin's own defaults."""
        settings: PluginSettings = self.plugin.settings()
        return settings

    @abstractmethod
    def build(self, n_outputs: int) -> Any:
        """Build the network."""

    @abstractmethod
    def inputs(self, model: Any, n_frames: int, n_outputs: int = 3, n: int = 3) -> Inputs:
        """Random input of n chunks or records for which the model has to give n_frames answers each."""

    @abstractmethod
    def answer(self, model: Any, inputs: Inputs) -> Tensor:
        """Everything it says of each frame; shape (N, T, X)."""

    def build_seeded(self, seed: int, n_outputs: int = 3) -> Any:
        """Build as deg does, with torch's random numbers drawn from `seed`."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return self.build(n_outputs)

    @pytest.fixture
    def model(self) -> Any:
        """The network with three outputs, ready to answer; fitted to noise where it has a solver of its own."""
        model = self.build_seeded(0)
        if has_solver(model):
            model.fit([self.labelled_noise(model, seed) for seed in range(4)])
        return model.eval()

    def labelled_noise(self, model: Any, seed: int) -> tuple[Tensor, Tensor]:
        """A batch for `fit` with three behaviours, of whose labels a third is missing."""
        seen = first_of(self.inputs(model, 16))
        labels = torch.randint(-1, 2, (len(seen), 16, 3), generator=torch.Generator().manual_seed(seed))
        return seen + seed, labels

    def test_is_a_module_on_the_cpu(self, model: Any) -> None:
        """Deg moves it to the device itself."""
        assert isinstance(model, nn.Module)
        assert {tensor.device.type for tensor in model.state_dict().values()} <= {"cpu"}

    def test_answers_are_finite(self, model: Any) -> None:
        """So are those to a picture, or latents, without any content."""
        inputs = self.inputs(model, 7)
        empty = tuple(torch.zeros_like(one) if one is not None and one.is_floating_point() else one for one in inputs)
        for each in (inputs, empty):
            assert torch.isfinite(self.answer(model, each)).all()

    def test_answers_twice_alike(self, model: Any) -> None:
        """Nothing is drawn at random, and nothing is remembered, once it is in `eval` mode."""
        inputs = self.inputs(model, 7)
        first = self.answer(model, inputs)
        self.answer(model, self.inputs(model, 2))
        assert torch.equal(first, self.answer(model, inputs))

    def test_members_of_a_batch_do_not_influence_each_other(self, model: Any) -> None:
        """Turned round, the batch gets the same answers turned round; alone, a member gets the same answer."""
        inputs = self.inputs(model, 7)
        answer = self.answer(model, inputs)
        turned = tuple(one if one is None else one.flip(0) for one in inputs)
        assert_alike(self.answer(model, turned).flip(0), answer)
        alone = tuple(one if one is None else one[1:2] for one in inputs)
        assert_alike(self.answer(model, alone), answer[1:2])

    def test_leaves_its_input_as_it_was(self, model: Any) -> None:
        """The same frames may go to another network afterwards."""
        inputs = self.inputs(model, 7)
        before = tuple(one if one is None else one.clone() for one in inputs)
        self.answer(model, inputs)
        for one, kept in zip(inputs, before, strict=True):
            assert one is None or (kept is not None and torch.equal(one, kept))

    def test_weights_survive_saving(self, model: Any, tmp_path: Path) -> None:
        """Everything that an answer depends on is in `state_dict`, and loads strictly."""
        path = tmp_path / "weights.safetensors"
        save_weights(model, path)
        other = self.build_seeded(1)
        load_weights(other, path)
        inputs = self.inputs(model, 7)
        assert_alike(self.answer(other.eval(), inputs), self.answer(model, inputs))

    def test_every_parameter_learns_or_is_frozen(self) -> None:
        """A parameter that no answer depends on says so with `requires_grad=False`."""
        model = self.build_seeded(0)
        if has_solver(model):
            pytest.skip("it has a solver of its own")
        moved: set[str] = set()
        learning = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
        for mode in (True, False) if learning else ():
            with torch.random.fork_rng(devices=[]):
                value = self.objective(model.train(mode))
            gradients = torch.autograd.grad(value, list(learning.values()), allow_unused=True)
            moved |= {name for name, g in zip(learning, gradients, strict=True) if g is not None and g.any()}
        assert moved == set(learning), f"without a gradient: {sorted(set(learning) - moved)}"

    def objective(self, model: Any) -> Tensor:
        """A scalar that depends on all that the network says."""
        return (self.answer(model, self.inputs(model, 7)) ** 2).sum()

    def test_same_seed_builds_the_same_and_another_does_not(self) -> None:
        """Starting weights come from torch's random numbers and from nothing else."""
        one, same, other = (self.build_seeded(seed).state_dict() for seed in (0, 0, 1))
        assert all(torch.equal(one[name], same[name]) for name in one)
        learnt = {name for name, p in self.build_seeded(0).named_parameters() if p.requires_grad}
        assert not learnt or any(not torch.equal(one[name], other[name]) for name in learnt)

    def test_leaves_global_random_state_alone(self) -> None:
        """Building draws from torch alone; answering draws nothing."""
        with left_alone():
            model = self.build_seeded(0).eval()
            self.answer(model, self.inputs(model, 7))

    def test_runs_in_mixed_precision(self, model: Any) -> None:
        """Answers stay finite with `precision: bf16`."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            assert torch.isfinite(self.answer(model, self.inputs(model, 7))).all()

    def test_starts_from_the_base_rate(self, model: Any) -> None:
        """Higher odds of a behaviour raise its logit and no other."""
        if not isinstance(model, StartsFromBaseRate):
            pytest.skip("it does not start from the base rate")
        inputs = self.inputs(model, 2)
        model.initialise_bias(torch.tensor([0.0, 0.0, 0.0]))
        before = self.answer(model, inputs)[..., -3:]
        model.initialise_bias(torch.tensor([2.0, 0.0, -3.0]))
        change = self.answer(model, inputs)[..., -3:] - before
        assert_alike(change, torch.tensor([2.0, 0.0, -3.0]).expand_as(change))


def first_of(inputs: Inputs) -> Tensor:
    """What a component looks at first of all: frames, or latents; else pose."""
    return next(each for each in inputs if each is not None)


def has_solver(model: Any) -> bool:
    """Whether it fits itself instead of being trained by gradient descent."""
    return isinstance(model, FitsDirectly)


def random_normal(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal numbers that leave the global random state alone."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def assert_alike(found: Tensor, expected: Tensor) -> None:
    """Equal shapes, and numbers that differ by rounding only."""
    assert found.shape == expected.shape
    largest = float(expected.detach().abs().max()) if expected.numel() else 0.0
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4 * max(largest, 1e-3))
