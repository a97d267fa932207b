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
from deg_plugins_features import resnet3d
from deg_plugins_features.settings import StreamSettings

_STREAMS = ("spatial_classifier", "flow_classifier")
_BACKBONE = "0."
"""What names of a ResNet's tensors begin with, among those of its stream."""
_CONV1 = "0.conv1.weight"

Tensors = Mapping[str, Tensor]


def load_starting_weights(network: nn.Module, settings: StreamSettings) -> list[str]:
    """Fill the streams of a network, and what joins them, from what its settings name; in place.

    A ResNet's own weights fill every stream but for the last layer; those of streams fill each from its own. Last
    layers for another number of outputs, as of Kinetics-700, are left out: the network keeps its random ones.

    Returns:
        What was loaded and what was not, in sentences.

    Raises:
        CheckpointError: The weights cannot be had, or are for another ResNet.
    """
    if settings.weights == "none":
        return []
    tensors = _imagenet(settings.arch) if settings.weights == "imagenet" else _read(Path(settings.weights))
    tensors = {name.removeprefix("extractor."): tensor for name, tensor in tensors.items()}  # flow that learned along
    if not any(name.startswith(_STREAMS) for name in tensors):
        backbone = {_BACKBONE + name: tensor for name, tensor in tensors.items() if not name.startswith("fc.")}
        tensors = {f"{stream}.{name}": tensor for stream in _STREAMS for name, tensor in backbone.items()}
    modules = {name: module for name, module in network.named_children() if module.state_dict()}
    told = [_fill(module, name, tensors, settings.weights) for name, module in modules.items()]
    others = {name.partition(".")[0] for name in tensors} - {*_STREAMS, *modules}
    return told + [f"left out of {settings.weights}: {', '.join(sorted(others))}"] * bool(others)


def _fill(module: nn.Module, module_name: str, tensors: Tensors, source: str) -> str:
    """Fill a stream, or what joins two, and say how."""
    prefix = module_name + "."
    given = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    wanted = module.state_dict()
    said = ""
    if _CONV1 in given and _CONV1 in wanted:
        n_given, n_wanted = given[_CONV1].shape[1], wanted[_CONV1].shape[1]
        given[_CONV1] = _adapt(given[_CONV1], n_wanted)
        said = f", the first layer turned from {n_given} to {n_wanted} channels" if n_given != n_wanted else ""
    fitting = {name for name in wanted if name in given and given[name].shape == wanted[name].shape}
    _check_backbone(given, wanted, fitting, f"features.settings.weights: {source}")
    module.load_state_dict({name: given[name] for name in fitting}, strict=False)
    # Older files of torchvision hold no counts of batches, which nothing depends on.
    random = [name for name in wanted if name not in fitting and not name.endswith("num_batches_tracked")]
    if random:
        said += f"; random, as the file has none that fit: {', '.join(random)}"
    return f"{module_name}: {len(fitting)} tensors from {source}{said}"


def _check_backbone(given: Tensors, wanted: Tensors, fitting: set[str], where: str) -> None:
    """Refuse a ResNet that is not all there, or another one.

    The layer that condenses its latents may be missing: a ResNet of torchvision has none.
    """
    known = {name for name in {*given, *wanted} if name.startswith(_BACKBONE)}
    optional = {name for name in known if "compression_fc." in name or name.endswith("num_batches_tracked")}
    problems = sorted(known - fitting - (optional - set(given)))
    if problems:
        named = ", ".join(name.removeprefix(_BACKBONE) for name in problems[:3])
        raise CheckpointError(
            f"these weights are for another network: {named} differ ({len(problems)} tensors in all)",
            where=where,
            fix="choose the arch they were made with, or other weights",
        )


def _adapt(kernel: Tensor, n_channels: int) -> Tensor:
    """A first layer for other channels: the mean over those it has, for each of the new ones."""
    if kernel.shape[1] == n_channels:
        return kernel
    return kernel.mean(dim=1, keepdim=True).repeat_interleave(n_channels, dim=1)


def _imagenet(arch: str) -> Tensors:
    where = "features.settings.weights: imagenet"
    if arch in resnet3d.NAMES:
        raise CheckpointError(
            f"ImageNet is of pictures, so there are no weights of {arch}",
            where=where,
            fix="write `weights: none`, or the path of weights from Kinetics or of another project",
        )
    weights = torchvision.models.get_model_weights(arch)["IMAGENET1K_V1"]
    try:
        tensors: Tensors = weights.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise CheckpointError(
            f"ImageNet weights of {arch} could not be fetched: {error}",
            where=where,
            fix=f"go online once, or write `weights: none`, or bring {weights.url} and give its path",
        ) from None
    return tensors


def _read(path: Path) -> Tensors:
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
