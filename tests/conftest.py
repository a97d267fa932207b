"""What tests of several packages need."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import settings
from numpy.typing import NDArray
from torch import Tensor

# Property tests try the same examples every time, and a slow machine is no failure.
settings.register_profile("deg", deadline=None, derandomize=True)
settings.load_profile("deg")

# Tests of several packages share `offered`, which lies beside this file.
sys.path.insert(0, str(Path(__file__).parent))

_SHARED = Path(__file__).resolve().parents[2] / "shared"
_PARITY = _SHARED / "parity"


class Parity:
    """Numbers of the published system, with weights and inputs that are made from names."""

    def __init__(self) -> None:
        spec = importlib.util.spec_from_file_location("parity_state", _PARITY / "state.py")
        assert spec is not None
        assert spec.loader is not None
        self.state = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.state)

    def expected(self, name: str) -> Mapping[str, NDArray[Any]]:
        """Arrays of one file."""
        with np.load(_PARITY / f"{name}.npz") as arrays:
            return dict(arrays)

    def weights(self, name: str, n_outputs: int = 5, last_layers: Sequence[str] = ()) -> dict[str, Tensor]:
        """A state dictionary, its last layers for another number of outputs."""
        document = json.loads((_PARITY / "state_dict" / f"{name}.json").read_text())
        shapes = {key: tuple(tensor["shape"]) for key, tensor in document["tensors"].items()}
        for key, shape in shapes.items():
            if shape and key.startswith(tuple(last_layers)):
                shapes[key] = (n_outputs, *shape[1:])
        state = self.state.make_state(shapes, 0, document["aliases"], gain=1.2)
        return {key: torch.from_numpy(np.asarray(array)) for key, array in state.items()}

    def images(self, name: str, *shape: int) -> Tensor:
        return torch.from_numpy(self.state.make_images(name, shape, 0))

    def latents(self, name: str, *shape: int) -> Tensor:
        return torch.from_numpy(self.state.make_latents(name, shape, 0))

    def numbers(self, name: str, shape: Sequence[int], scale: float) -> Tensor:
        return torch.from_numpy(self.state.make_input(name, tuple(shape), 0, scale))

    @staticmethod
    def assert_equal(found: Tensor, expected: NDArray[Any], share: float = 1e-5) -> None:
        """Equal but for rounding: within a hundred-thousandth of the largest value."""
        assert found.shape == expected.shape
        assert np.abs(found.detach().numpy() - expected).max() <= share * np.abs(expected).max()


@pytest.fixture(scope="session")
def parity() -> Parity:
    if not (_PARITY / "state.py").exists():
        pytest.skip("the reference numbers are not on this machine")
    return Parity()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recordings and label files of others, which are not ours to give away."""
    folder = _SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the published recordings and label files are not on this machine")
    return folder
