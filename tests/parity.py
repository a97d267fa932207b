"""Numbers of the published system, with weights and inputs that are made from names, so that no checkpoint is needed.

They lie beside the repository. Where they are missing, tests that ask for the fixture `parity` are skipped.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "parity"


class Parity:
    """What the published system answers, and what it was asked.

    Attributes:
        folder: Where the files lie.
    """

    folder = FOLDER

    def __init__(self) -> None:
        self._state = _load_module(self.folder / "state.py")

    def expected(self, name: str) -> Mapping[str, NDArray[Any]]:
        """Arrays of one file; `name` is its path in the folder, without the suffix."""
        with np.load(self.folder / f"{name}.npz") as arrays:
            return dict(arrays)

    def document(self, name: str) -> Any:
        """What one JSON file holds; `name` is its path in the folder, without the suffix."""
        return json.loads((self.folder / f"{name}.json").read_text())

    def shapes(self, name: str, n_outputs: int = 5, last_layers: Sequence[str] = ()) -> dict[str, tuple[int, ...]]:
        """Shapes in a published state dictionary; those of the last layers for another number of outputs."""
        tensors = self.document(f"state_dict/{name}")["tensors"]
        shapes = {key: tuple(tensor["shape"]) for key, tensor in tensors.items()}
        return {
            key: (n_outputs, *shape[1:]) if shape and key.startswith(tuple(last_layers)) else shape
            for key, shape in shapes.items()
        }

    def make_state(
        self, name: str, n_outputs: int = 5, last_layers: Sequence[str] = (), gain: float = 1.2
    ) -> dict[str, Tensor]:
        """A state dictionary. The gain is 1.2 in `strong/` and 0.8 in the upper folder."""
        aliases = self.document(f"state_dict/{name}")["aliases"]
        state = self._state.make_state(self.shapes(name, n_outputs, last_layers), 0, aliases, gain=gain)
        return {key: torch.from_numpy(np.asarray(array)) for key, array in state.items()}

    def make_input(self, name: str, shape: Sequence[int], scale: float) -> Tensor:
        return torch.from_numpy(self._state.make_input(name, tuple(shape), 0, scale))

    def make_images(self, name: str, *shape: int) -> Tensor:
        return torch.from_numpy(self._state.make_images(name, shape, 0))

    def make_latents(self, name: str, *shape: int) -> Tensor:
        return torch.from_numpy(self._state.make_latents(name, shape, 0))

    @staticmethod
    def assert_agrees(ours: Tensor | NDArray[Any], theirs: NDArray[Any], share: float = 1e-5) -> None:
        """Equal but for rounding: within a hundred-thousandth of the largest value."""
        ours = ours.detach().numpy() if isinstance(ours, Tensor) else ours
        assert ours.shape == theirs.shape
        worst, largest = np.abs(ours - theirs).max(), np.abs(theirs).max()
        assert worst <= share * largest, f"differs by {worst:.2e}, {worst / largest:.1e} of the largest value"


def _load_module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("parity_state", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def parity() -> Parity:
    if not (FOLDER / "state.py").exists():
        pytest.skip("the reference numbers are not on this machine")
    return Parity()
