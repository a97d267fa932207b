"""Saves and loads weights as safetensors. Nothing is ever unpickled, and nothing is loaded in part."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, load_file, save_file

from deg_core.data.whole_file import writing_beside
from deg_core.errors import CheckpointError
from deg_core.interfaces import TorchComponent


def save_weights(model: TorchComponent, path: Path) -> None:
    """Write every tensor of a model, in one step."""
    # Copies, since safetensors refuses tensors that share memory, as tied weights do.
    tensors = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in model.state_dict().items()}
    with writing_beside(path) as part:
        save_file(tensors, part)


def load_weights(model: TorchComponent, path: Path) -> None:
    """Fill a model, strictly: every tensor by name and shape, none missing, none left over.

    Raises:
        CheckpointError: The file is damaged or does not fit; names the first tensors that differ.
    """
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError) as error:
        raise _damaged(error, str(path)) from None
    _fill(model, tensors, str(path))


def parse_weights(content: bytes, *, where: str) -> dict[str, torch.Tensor]:
    """The tensors that the bytes of a file hold, by name.

    Raises:
        CheckpointError: They are damaged.
    """
    try:
        return load(content)
    except SafetensorError as error:
        raise _damaged(error, where) from None


def _damaged(error: Exception, where: str) -> CheckpointError:
    return CheckpointError(
        f"damaged weights: {error}", where=where, fix="bring the file back, or train this stage again"
    )


def fill_weights(model: TorchComponent, arrays: Mapping[str, NDArray[Any]], *, where: str) -> None:
    """Fill a model from arrays by name, as strictly as `load_weights` does from a file."""
    _fill(model, {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}, where)


def _fill(model: TorchComponent, tensors: Mapping[str, torch.Tensor], where: str) -> None:
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    problems = _differences({name: tuple(tensor.shape) for name, tensor in tensors.items()}, expected)
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise CheckpointError(
            f"the weights are for other settings: {'; '.join(problems[:3])}{more}",
            where=where,
            fix="use the settings on the run's card, or train this stage again",
        )
    model.load_state_dict(tensors)


def _differences(found: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]]) -> list[str]:
    missing = [f"{name} is missing" for name in expected if name not in found]
    extra = [f"{name} is unknown" for name in found if name not in expected]
    shapes = [
        f"{name} has shape {found[name]}, not {shape}"
        for name, shape in expected.items()
        if name in found and found[name] != shape
    ]
    return missing + extra + shapes


def count_parameters(model: TorchComponent) -> int:
    """Numbers that a model holds, trained or frozen."""
    return sum(parameter.numel() for parameter in model.parameters() if isinstance(parameter, torch.Tensor))
