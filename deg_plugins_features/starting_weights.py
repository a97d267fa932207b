"""Weights that training starts from: of ImageNet, or of a file that the user has."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
import torchvision
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from deg_core.api import CheckpointError
from deg_plugins_features.settings import TwoStreamSettings

_STREAMS = ("spatial_classifier", "flow_classifier")
_NEW = ("fc.", "compression_fc.")
"""Layers that learn the behaviours of a project, and so start at random where the file has none of them."""


def load_starting_weights(network: nn.Module, settings: TwoStreamSettings) -> None:
    """Fill both ResNets of a two-stream network, in place; their last layers keep their random weights.

    A ResNet's own weights fill both; those of a two-stream network fill each stream from its own.

    Raises:
        CheckpointError: The weights cannot be had, or are for another network.
    """
    if settings.weights == "none":
        return
    tensors = _imagenet(settings.arch) if settings.weights == "imagenet" else _read(Path(settings.weights))
    where = f"features.settings.weights: {settings.weights}"
    for stream in _STREAMS:
        prefix = f"{stream}.0."
        own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        _fill(network.get_submodule(stream + ".0"), own or tensors, where)


def _fill(backbone: nn.Module, tensors: Mapping[str, Tensor], where: str) -> None:
    wanted = backbone.state_dict()
    given = {name: tensor for name, tensor in tensors.items() if not name.startswith("fc.")}
    if "conv1.weight" in given:
        given["conv1.weight"] = _adapt(given["conv1.weight"], wanted["conv1.weight"].shape[1])
    for name, tensor in wanted.items():
        if name.startswith(_NEW):
            given.setdefault(name, tensor)
    problems = [name for name in wanted if name not in given or given[name].shape != wanted[name].shape]
    problems += [name for name in given if name not in wanted]
    if problems:
        raise CheckpointError(
            f"these weights are for another network: {', '.join(problems[:3])} differ ({len(problems)} tensors in all)",
            where=where,
            fix="choose the arch they were made with, or other weights",
        )
    backbone.load_state_dict(given)


def _adapt(kernel_OCHW: Tensor, n_channels: int) -> Tensor:
    """A first layer for other channels: the mean over those it has, for each of the new ones."""
    if kernel_OCHW.shape[1] == n_channels:
        return kernel_OCHW
    return kernel_OCHW.mean(dim=1, keepdim=True).repeat(1, n_channels, 1, 1)


def _imagenet(arch: str) -> Mapping[str, Tensor]:
    weights = torchvision.models.get_model_weights(arch)["IMAGENET1K_V1"]
    try:
        tensors: Mapping[str, Tensor] = weights.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise CheckpointError(
            f"ImageNet weights of {arch} could not be fetched: {error}",
            where="features.settings.weights: imagenet",
            fix=f"go online once, or write `weights: none`, or bring {weights.url} and give its path",
        ) from None
    return tensors


def _read(path: Path) -> Mapping[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        problem = str(error).partition("\n")[0]
        raise CheckpointError(
            f"these weights cannot be read: {problem}",
            where=f"features.settings.weights: {path}",
            fix="give a .safetensors file, or a state dictionary as `torch.save` writes it",
        ) from None
    if not isinstance(tensors, Mapping) or not all(isinstance(tensor, Tensor) for tensor in tensors.values()):
        raise CheckpointError(
            "this file holds more than weights",
            where=f"features.settings.weights: {path}",
            fix="save the network's state dictionary alone",
        )
    return tensors
