from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from deg_core.project.manifest import Regularization
from deg_core.training.penalty import WeightPenalty, weights_of

NETWORKS = [
    "deg_f",
    "deg_f_final-bn",
    "deg_m",
    "deg_s",
    "motion-net",
    "tiny-motion-net",
    "tiny-motion-net-3d",
    "sequence_conv",
    "sequence_lstm-bidirectional",
    "sequence_mlp",
    "sequence_tgm",
    "sequence_tgmj-hard-attention",
]
NOT_LEARNT = ("running_mean", "running_var", "num_batches_tracked")


def network_of(tensors: Mapping[str, Tensor]) -> nn.Module:
    """A network of nothing but named parameters, all of which learn."""
    network = nn.Module()
    for name, tensor in tensors.items():
        *folders, leaf = name.split(".")
        if leaf in NOT_LEARNT:
            continue
        module = network
        for folder in folders:
            if folder not in dict(module.named_children()):
                module.add_module(folder, nn.Module())
            module = module.get_submodule(folder)
        module.register_parameter(leaf, nn.Parameter(tensor))
    return network


def small_network() -> nn.Module:
    return network_of({"first.weight": torch.tensor([[3.0, 4.0]]), "last.weight": torch.tensor([[2.0]])})


def test_without_a_style_there_is_none() -> None:
    network = small_network()
    penalty = WeightPenalty(network, Regularization(alpha=1), {})(network)
    assert (penalty.item(), penalty.shape) == (0.0, ())


def test_l2_pulls_each_weight_by_alpha_times_itself() -> None:
    network = small_network()
    penalty = WeightPenalty(network, Regularization(style="l2", alpha=0.5, beta=9), {})(network)
    assert penalty.item() == pytest.approx(0.5 / 2 * (9 + 16 + 4))
    penalty.backward()
    assert network.get_parameter("first.weight").grad.tolist() == [[1.5, 2.0]]


def test_l2_sp_pulls_to_the_start_what_was_learnt_before_and_the_rest_to_zero() -> None:
    network = small_network()
    first = network.get_parameter("first.weight")
    module = WeightPenalty(network, Regularization(style="l2-sp", alpha=0.5, beta=0.1), {first: first.detach().clone()})
    assert module(network).item() == pytest.approx(0.1 / 2 * 4)
    with torch.no_grad():
        first += torch.tensor([[1.0, -2.0]])
    penalty = module(network)
    assert penalty.item() == pytest.approx(0.5 / 2 * (1 + 4) + 0.1 / 2 * 4)
    penalty.backward()
    assert first.grad.tolist() == [[0.5, -1.0]]
    assert network.get_parameter("last.weight").grad.item() == pytest.approx(0.2)


def test_its_reference_is_no_part_of_checkpoints_but_moves_along() -> None:
    network = small_network()
    first = network.get_parameter("first.weight")
    module = WeightPenalty(network, Regularization(style="l2-sp"), {first: first.detach().clone()})
    assert not module.state_dict()
    assert {buffer.device.type for buffer in module.to("meta").buffers()} == {"meta"}


def test_vectors_biases_and_frozen_weights_are_left_alone() -> None:
    network = network_of({name: torch.ones(2, 2) for name in ("weight", "bias_hh", "frozen", "subnet.weight")})
    network.register_parameter("vector", nn.Parameter(torch.ones(2)))
    network.get_parameter("frozen").requires_grad_(requires_grad=False)
    assert set(weights_of(network)) == {"weight", "subnet.weight"}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_weights_of_published_networks_are_those_that_names_decide_on_there(parity: Any, name: str) -> None:
    network = network_of({key: torch.empty(shape, device="meta") for key, shape in parity.shapes(name).items()})
    by_name = {
        key
        for key, parameter in network.named_parameters()
        if not any(word in key for word in ("bn", "batchnorm", "bias")) and parameter.ndim > 1
    }
    assert set(weights_of(network)) == by_name


@pytest.mark.parametrize(("name", "alpha"), [("tgmj", 0.01), ("tiny-motion-net", 0.001)])
def test_l2_equals_the_published_penalty(parity: Any, name: str, alpha: float) -> None:
    expected = parity.document("rules/weight_penalties")
    network = network_of(parity.make_state(f"sequence_{name}" if name == "tgmj" else name))
    # `h2` of tgmj takes part in no answer; there it is penalised all the same, here frozen.
    assert set(weights_of(network)) == set(expected["penalised_tensors"][name])
    penalty = WeightPenalty(network, Regularization(style="l2", alpha=alpha), {})(network)
    assert penalty.item() == pytest.approx(expected["value"][f"l2_alpha{alpha}_{name}"], rel=1e-5)


def test_l2_sp_equals_the_published_penalty(parity: Any) -> None:
    expected = parity.document("rules/weight_penalties")
    network = network_of(parity.make_state("tiny-motion-net"))
    start = parity._state.make_state(parity.shapes("tiny-motion-net"), 1000, None, gain=1.2)
    starts = {network.get_parameter(name): torch.from_numpy(start[name]) for name in expected["l2_sp"]["towards_start"]}
    assert set(weights_of(network)) - set(expected["l2_sp"]["towards_start"]) == set(expected["l2_sp"]["towards_zero"])
    penalty = WeightPenalty(network, Regularization(style="l2-sp"), starts)(network)
    value = expected["value"]["l2_sp_alpha1e-5_beta1e-3_tiny-motion-net"]
    assert penalty.item() == pytest.approx(value, rel=1e-5)


def test_l2_sp_pulls_to_the_start_only_rows_that_were_learnt_before() -> None:
    network = network_of({"head.weight": torch.tensor([[3.0], [2.0]])})
    head = network.get_parameter("head.weight")
    starts = {head: torch.tensor([[1.0], [torch.nan]])}
    penalty = WeightPenalty(network, Regularization(style="l2-sp", alpha=0.5, beta=0.1), starts)(network)
    assert penalty.item() == pytest.approx(0.5 / 2 * 4 + 0.1 / 2 * 4)
    penalty.backward()
    assert head.grad.flatten().tolist() == pytest.approx([0.5 * 2, 0.1 * 2])
