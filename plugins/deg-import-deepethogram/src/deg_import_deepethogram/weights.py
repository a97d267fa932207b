"""Finds the weights of a training run and gives them names that networks know.

Axes: K outputs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from deg_core.api import CheckpointError
from numpy.typing import NDArray

from deg_import_deepethogram.config import Config, config_of_checkpoint
from deg_import_deepethogram.torch_file import read_torch_file

Tensors = Mapping[str, NDArray[Any]]

_EPOCH = re.compile(r"epoch=(\d+)")
_PREFIXES = ("module.", "model.")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a weight file holds.

    Attributes:
        path: The file.
        tensors: By the names in the file, without those of losses.
        config: Settings kept with them, or None.
    """

    path: Path
    tensors: Tensors
    config: Config | None

    @property
    def epoch(self) -> int:
        """The epoch it is from, by its name; -1, the last, where the name does not say."""
        found = _EPOCH.search(self.path.name)
        return int(found.group(1)) if found else -1

    def named_as(self, expected: Collection[str]) -> Tensors:
        """The tensors, without the one prefix that training may have put before every name.

        A network whose own names begin like a prefix, as the perceptron's `model.0.weight`, keeps them.
        """
        if any(name in expected for name in self.tensors):
            return self.tensors
        for prefix in _PREFIXES:
            if all(name.startswith(prefix) for name in self.tensors):
                return {name.removeprefix(prefix): tensor for name, tensor in self.tensors.items()}
        return self.tensors


def weight_file(run: Path) -> Path | None:
    """The weights that the original would choose: the best, the last of training, or those of the last epoch."""
    saved = run / "lightning_checkpoints"
    best = sorted(path for path in saved.glob("*.ckpt") if "epoch" in path.name) if saved.is_dir() else []
    others = [saved / "last.ckpt", run / "checkpoint.pt", *sorted(run.glob("*.pt")), *sorted(run.glob("*.ckpt"))]
    return next((path for path in [*reversed(best), *others] if path.is_file()), None)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a weight file, `.pt` or `.ckpt`.

    Raises:
        CheckpointError: It names something that could run, is damaged, or holds no weights.
    """
    document = read_torch_file(path)
    values = document if isinstance(document, Mapping) else {}
    state = values.get("state_dict", values)
    if not isinstance(state, Mapping):
        raise CheckpointError("holds no weights", where=str(path), fix="take the file that training wrote")
    tensors = {str(name): tensor for name, tensor in state.items() if "criterion" not in str(name)}
    if not tensors or not all(isinstance(tensor, np.ndarray) for tensor in tensors.values()):
        raise CheckpointError("holds no weights", where=str(path), fix="take the file that training wrote")
    kept = values.get("hyper_parameters") or values.get("hyperparameters")
    return Checkpoint(path, tensors, config_of_checkpoint(kept, str(path)))


def check_tensors(tensors: Tensors, expected: Mapping[str, tuple[int, ...]], where: str) -> None:
    """Refuse weights of another network: every tensor that is missing, unknown or of another shape is named.

    Raises:
        CheckpointError: Names each.
    """
    problems = [f"{name} is missing" for name in expected if name not in tensors]
    problems += [f"{name} is unknown" for name in tensors if name not in expected]
    problems += [
        f"{name} has shape {tensors[name].shape}, not {shape}"
        for name, shape in expected.items()
        if name in tensors and tensors[name].shape != shape
    ]
    if problems:
        raise CheckpointError(
            f"these weights are for another network than the run's configuration tells of: {'; '.join(problems)}",
            where=where,
            fix="bring the configuration that they were trained with, or leave this run out: --without NAME",
        )
