"""What all built-in flow generators share: what was published, odd sizes, and answering."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from deg_core.api import FlowGeneratorPlugin
from deg_core.testing.networks import moving_pictures
from deg_core.testing.torch_component import assert_alike, random_normal
from deg_plugins_flow.layers import Normalised
from deg_plugins_flow.plugin import deg_flow_generators

PLUGINS = list(deg_flow_generators())
EVERY = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
N_PARAMETERS = {"tiny-motion-net": 1_951_784, "motion-net": 45_882_896, "tiny-motion-net-3d": 437_738}
CASES = [("a", 64, 64), ("b", 96, 128)]


def small(plugin: FlowGeneratorPlugin[Any], n_frames: int = 4, **settings: Any) -> Any:
    """A narrow network in `eval` mode, whose normalisation changes what it gets."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: Any = plugin.build(plugin.settings(n_frames=n_frames, width=4, **settings))
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d | torch.nn.BatchNorm3d):
            layer.running_mean = random_normal(layer.num_features, seed=1)
            layer.running_var = random_normal(layer.num_features, seed=2).exp()
    return model.eval()


@EVERY
@pytest.mark.parametrize(("folder", "gain"), [("strong/", 1.2), ("", 0.8)])
@torch.no_grad()
def test_every_scale_equals_the_published_network(
    parity: Any, plugin: FlowGeneratorPlugin[Any], folder: str, gain: float
) -> None:
    model: Any = plugin.build(plugin.settings())
    model.load_state_dict(parity.make_state(plugin.name, gain=gain))
    model.eval()
    expected = parity.expected(f"{folder}flow_{plugin.name}")
    for case, height, width in CASES:
        in_time = plugin.name.endswith("3d")
        name, shape = f"{plugin.name}/{case}", (1, 3, 11, height, width) if in_time else (1, 33, height, width)
        windows = parity.make_images(name, *shape) if folder else parity.make_input(name, shape, 0.5)
        flows = model.scales(windows)
        assert len(flows) == 3
        for scale, flow in enumerate(flows):
            parity.assert_agrees(flow, expected[f"{case}_flow{scale}"])

        chunk = windows.transpose(1, 2) if in_time else windows.view(1, 11, 3, height, width)
        finest = expected[f"{case}_flow0"]
        finest = np.swapaxes(finest, 1, 2) if in_time else finest
        parity.assert_agrees(model(chunk), finest.reshape(1, 1, 10, 2, height // 2, width // 2))


@EVERY
def test_tensors_are_those_of_published_checkpoints(parity: Any, plugin: FlowGeneratorPlugin[Any]) -> None:
    with torch.device("meta"):
        tensors = plugin.build(plugin.settings()).state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in tensors.items()} == parity.shapes(plugin.name)


@EVERY
def test_it_has_as_many_parameters_as_published(plugin: FlowGeneratorPlugin[Any]) -> None:
    with torch.device("meta"):
        model = plugin.build(plugin.settings())
    assert sum(parameter.numel() for parameter in model.parameters()) == N_PARAMETERS[plugin.name]


@EVERY
def test_a_narrow_network_is_narrow_throughout(plugin: FlowGeneratorPlugin[Any]) -> None:
    with torch.device("meta"):
        model = plugin.build(plugin.settings(width=4))
    assert sum(parameter.numel() for parameter in model.parameters()) < N_PARAMETERS[plugin.name] / 8


@EVERY
@pytest.mark.parametrize(("height", "width"), [(37, 51), (33, 70), (35, 35)])
@torch.no_grad()
def test_odd_sides_are_rounded_up(plugin: FlowGeneratorPlugin[Any], height: int, width: int) -> None:
    flow = small(plugin)(random_normal(1, 4, 3, height, width))
    assert flow.shape == (1, 1, 3, 2, (height + 1) // 2, (width + 1) // 2)
    assert torch.isfinite(flow).all()


@EVERY
@pytest.mark.parametrize(("n", "batches"), [(1, [4, 4, 1]), (2, [4, 4, 4, 4, 2])])
def test_answering_in_groups_with_scaled_kernels_changes_nothing(
    plugin: FlowGeneratorPlugin[Any], n: int, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small(plugin)
    frames = moving_pictures(n, 12, (32, 48), 1, 1, seed=0)
    whole = model(frames)
    assert whole.requires_grad
    monkeypatch.setattr("deg_plugins_flow.windowed_flow._PIXELS_AT_ONCE_ON_CPU", 5 * 32 * 48)
    seen = record_batches(model)
    with torch.no_grad():
        torch.testing.assert_close(model(frames), whole, rtol=0, atol=1e-5 * whole.abs().max().item())
    assert seen == batches


@EVERY
def test_answering_keeps_nothing(plugin: FlowGeneratorPlugin[Any]) -> None:
    model = small(plugin)
    names = list(model.state_dict())
    with torch.no_grad():
        flow = model(torch.zeros(1, 5, 3, 32, 48))
    assert not flow.requires_grad
    assert list(model.state_dict()) == names
    layers = [layer for layer in model.modules() if isinstance(layer, Normalised)]
    assert len(layers) >= 6
    assert all(not any(isinstance(value, tuple) for value in vars(layer).values()) for layer in layers)


@EVERY
@torch.no_grad()
def test_answers_follow_the_weights(plugin: FlowGeneratorPlugin[Any]) -> None:
    model, frames = small(plugin), random_normal(1, 4, 3, 32, 48)
    before = model(frames)
    model.conv1[1].weight.mul_(3)
    assert not torch.allclose(model(frames), before)


@EVERY
@torch.no_grad()
def test_answers_in_16_bits_are_near_those_in_32(plugin: FlowGeneratorPlugin[Any]) -> None:
    model, frames = small(plugin), moving_pictures(1, 6, (32, 48), 1, 1, seed=0)
    exact = model(frames)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        near = model(frames)
    assert (near - exact).abs().max() < 0.05 * exact.abs().max()


@EVERY
def test_training_sees_all_windows_together_for_batch_normalisation(plugin: FlowGeneratorPlugin[Any]) -> None:
    model = small(plugin).train()
    seen = record_batches(model)
    with torch.no_grad():
        model(random_normal(2, 8, 3, 64, 64))
    assert seen == [10]
    assert model.conv1[1].num_batches_tracked == 1


@EVERY
@torch.no_grad()
def test_a_pair_at_a_time_is_seen_once(plugin: FlowGeneratorPlugin[Any]) -> None:
    model, frames = small(plugin, n_frames=2), random_normal(1, 6, 3, 32, 48)
    seen = record_batches(model)
    flow = model(frames)
    assert flow.shape == (1, 5, 1, 2, 16, 24)
    assert sum(seen) == 5
    assert_alike(flow[:, 2:3], model(frames[:, 2:4]))


@EVERY
def test_objective_weighs_what_the_settings_say(plugin: FlowGeneratorPlugin[Any]) -> None:
    frames = moving_pictures(2, 4, (32, 48), 1, 0, seed=0)
    parts = [
        small(plugin, **settings).objective(frames, frames.sigmoid())
        for settings in ({}, {"smoothness": 3.0, "sparsity": 0.5})
    ]
    assert parts[1]["smoothness"].item() == pytest.approx(3 * parts[0]["smoothness"].item(), rel=1e-5)
    assert parts[0]["sparsity"].item() == 0 < parts[1]["sparsity"].item()
    assert parts[1]["ssim"].item() == pytest.approx(parts[0]["ssim"].item(), rel=1e-5)


def record_batches(model: Any) -> list[int]:
    """A list that grows by the number of windows at each call of the first layer."""
    seen: list[int] = []
    model.conv1.register_forward_hook(lambda _module, arguments, _output: seen.append(len(arguments[0])))
    return seen
