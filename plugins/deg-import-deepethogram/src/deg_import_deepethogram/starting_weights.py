"""Feature extractors that were trained on other classes, as of Kinetics-700: weights that training can start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deg_core import Project
from deg_core.api import CheckpointError
from safetensors.numpy import save_file

from deg_import_deepethogram.networks import Network, features_network
from deg_import_deepethogram.source import SourceRun
from deg_import_deepethogram.weights import Tensors, check_tensors, read_checkpoint

FOLDER = "starting_weights"
_LAST_LAYERS = ("fusion.fc.weight", "spatial_classifier.1.weight")


@dataclass(frozen=True, slots=True)
class StartingWeights:
    """Weights that training can start from.

    Attributes:
        name: Of the original's run.
        path: The original's file.
        network: The network that they are of.
        n_classes: Outputs of their last layers, which training leaves behind.
    """

    name: str
    path: Path
    network: Network
    n_classes: int

    @property
    def file_name(self) -> str:
        """Of their file in the new project."""
        return Path(self.name).name + ".safetensors"

    def save(self, folder: Path) -> None:
        """Write them where a project's settings can name them."""
        tensors: dict[str, Any] = dict(_own(self.path))
        folder.mkdir(exist_ok=True)
        save_file(tensors, folder / self.file_name)


def plan_starting_weights(run: SourceRun) -> StartingWeights:
    """Check weights tensor by tensor, whatever classes they were trained on.

    Raises:
        CheckpointError: A tensor is missing, unknown, or of another shape.
    """
    network, tensors = features_network(run.config), _own(run.weights)
    last = next((tensors[name] for name in _LAST_LAYERS if name in tensors), None)
    if last is None:
        raise CheckpointError(
            f"no last layer: {' and '.join(_LAST_LAYERS)} are missing",
            where=str(run.weights),
            fix=f"bring the whole file, or leave it out: --without {run.name}",
        )
    expected = Project.tensor_shapes("features", network.plugin, network.settings, n_outputs=len(last))
    check_tensors(tensors, expected, str(run.weights))
    return StartingWeights(run.name, run.weights, network, len(last))


def _own(path: Path) -> Tensors:
    tensors = read_checkpoint(path).named_as({"spatial_classifier.0.conv1.weight"})
    return {name: each for name, each in tensors.items() if not name.startswith("flow_generator.")}
