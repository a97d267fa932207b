"""Reads weights and fills a network with them: whole, or not at all."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from deg_core.api import CheckpointError
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from deg_backbones.published import Published, Tensors

BACKBONE = "backbone."
"""What names of the network's tensors begin with in weights of deg's own runs."""

_WRAPPERS = ("state_dict", "model")
_OPTIONAL = "num_batches_tracked"
"""Counts that older files lack and that nothing depends on."""


def load_published(published: Published, weights: str) -> list[str]:
    """Fill a network from what the settings name, in place.

    Args:
        published: The network.
        weights: `hub`, `none`, or a path.

    Returns:
        What was loaded, in sentences.

    Raises:
        CheckpointError: The weights cannot be had, or are for another network.
    """
    if weights == "none":
        return []
    where = f"features.settings.weights: {weights}"
    tensors = published.fetch() if weights == "hub" else read_tensors(Path(weights))
    tensors = _own_names(tensors)
    wanted = published.network.state_dict()
    try:
        given = dict(published.adapt(tensors))
    except (KeyError, RuntimeError, ValueError, AttributeError, IndexError, AssertionError) as error:
        raise _another_network(f"timm cannot read them as such ({error!r})", published.arch, where) from error
    left_out = sorted(name for name in given if name.startswith(published.classifier) and name not in wanted)
    given = {name: tensor for name, tensor in given.items() if name not in left_out}
    problems = _differences(given, wanted)
    if problems:
        raise _another_network(f"{'; '.join(problems[:3])} ({len(problems)} tensors in all)", published.arch, where)
    published.network.load_state_dict(given, strict=False)  # all that may be missing are counts
    told = f"{published.arch}: {len(given)} tensors from {weights}"
    return [told + (f", without its classifier ({', '.join(left_out)})" if left_out else "")]


def read_tensors(path: Path) -> Tensors:
    """Read weights from a .safetensors file or a PyTorch state dictionary; nothing is unpickled.

    Raises:
        CheckpointError: It is missing, damaged, or holds something else.
    """
    where = f"features.settings.weights: {path}"
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pickles that it then refuses
            tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, RuntimeError, EOFError, pickle.UnpicklingError, ValueError) as error:
        raise CheckpointError(
            f"these weights cannot be read: {first_line(error)}",
            where=where,
            fix="give a .safetensors file, or a state dictionary as `torch.save` writes it; or write hub or none",
        ) from None
    for name in _WRAPPERS:
        if isinstance(tensors, Mapping) and isinstance(tensors.get(name), Mapping):
            tensors = tensors[name]
    if not isinstance(tensors, Mapping) or not all(isinstance(tensor, Tensor) for tensor in tensors.values()):
        raise CheckpointError(
            "this file holds more than weights, or none", where=where, fix="save the network's state dictionary alone"
        )
    return tensors


def not_fetched(arch: str, url: str, error: Exception) -> CheckpointError:
    """The error of a machine that is offline, or of a server that is."""
    return CheckpointError(
        f"the published weights of {arch} could not be fetched: {first_line(error)}",
        where="features.settings.weights: hub",
        fix=f"go online once; or download {url} elsewhere,\nbring the file to this machine and write its path as "
        "`weights`; or write `weights: none` for random ones",
    )


def first_line(error: Exception) -> str:
    """What an error of somebody else's says, in short."""
    return (str(error).strip().splitlines() or [repr(error)])[0]


def _own_names(tensors: Tensors) -> Tensors:
    """Names without what wrappers put before them; of a run of deg the network's alone."""
    tensors = {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    inner = {name.removeprefix(BACKBONE): tensor for name, tensor in tensors.items() if name.startswith(BACKBONE)}
    return inner or tensors


def _differences(given: Tensors, wanted: Tensors) -> list[str]:
    missing = [f"{name} is missing" for name in wanted if name not in given and not name.endswith(_OPTIONAL)]
    unknown = [f"{name} is unknown" for name in given if name not in wanted]
    shapes = [
        f"{name} has shape {tuple(given[name].shape)}, not {tuple(tensor.shape)}"
        for name, tensor in wanted.items()
        if name in given and given[name].shape != tensor.shape
    ]
    return missing + unknown + shapes


def _another_network(problem: str, arch: str, where: str) -> CheckpointError:
    return CheckpointError(
        f"these weights are not for {arch}: {problem}",
        where=where,
        fix="write the arch (and size or n_frames) that they were made with, or name other weights",
    )
