"""Training runs of the original as runs of deg.

Axes: K outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from deg_core import Project
from deg_core.api import from_strict_thresholds

from deg_import_deepethogram.config import Config
from deg_import_deepethogram.heads import Shapes, columns_of, turn_heads
from deg_import_deepethogram.networks import (
    Network,
    features_network,
    flow_network,
    sequence_network,
    without_aliases,
)
from deg_import_deepethogram.settings import statistics
from deg_import_deepethogram.source import SourceRun
from deg_import_deepethogram.thresholds import read_thresholds
from deg_import_deepethogram.weights import Checkpoint, Tensors, check_tensors, read_checkpoint

Stage = Literal["flow", "features", "sequence"]
Colours = tuple[float, float, float]

INNER_FLOW = "flow_generator."
"""What names of the flow generator's tensors begin with inside a feature extractor's file."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run that fits, tensor by tensor.

    Attributes:
        name: Of the original's run, and what of it.
        stage: What it is for.
        network: The plugin that holds it.
        image: How frames were prepared.
        mean: Colours that frames were z-scored with, 0..1.
        std: Their standard deviation, 0..1.
        created: When it was trained.
        load: Reads its tensors, with last layers for the project's outputs.
        built_on: The run of the stage before.
        thresholds: Least probability that counts as present, for each behaviour.
        split: Names of recordings by the part they played.
    """

    name: str
    stage: Stage
    network: Network
    image: dict[str, Any]
    mean: Colours
    std: Colours
    created: datetime
    load: Callable[[], Tensors]
    built_on: PlannedRun | None = None
    thresholds: tuple[float, ...] = ()
    split: Mapping[str, Sequence[str]] | None = None


def plan_flow(run: SourceRun, image: dict[str, Any], purpose: str = "") -> PlannedRun:
    """A flow generator with a file of its own."""
    network = flow_network(run.config)
    expected = Project.tensor_shapes("flow", network.plugin, network.settings)

    def load() -> Tensors:
        return _checked(read_checkpoint(run.weights), expected)

    load()
    colours = statistics(run.config)
    return PlannedRun(run.name + purpose, "flow", network, image, *colours, run.created, load, split=run.split())


def plan_inner_flow(run: SourceRun, image: dict[str, Any]) -> PlannedRun:
    """The flow generator inside a feature extractor's file, which its training saw with."""
    network = flow_network(run.config)
    expected = Project.tensor_shapes("flow", network.plugin, network.settings)

    def load() -> Tensors:
        tensors = _features_tensors(read_checkpoint(run.weights))
        inner = {name.removeprefix(INNER_FLOW): each for name, each in tensors.items() if name.startswith(INNER_FLOW)}
        check_tensors(inner, expected, f"{run.weights}, {INNER_FLOW}")
        return inner

    load()
    name, created = f"{run.name}, flow generator inside", run.created - timedelta(seconds=1)
    return PlannedRun(name, "flow", network, image, *statistics(run.config), created, load, split=run.split())


def plan_features(run: SourceRun, flow: PlannedRun, image: dict[str, Any], project: Config) -> PlannedRun:
    """A feature extractor."""
    network = features_network(run.config)
    columns = columns_of(run.config.class_names, project.behaviours, exclusive=project.exclusive)
    shapes_for = _shapes_for("features", network)

    def load() -> Tensors:
        tensors = _features_tensors(read_checkpoint(run.weights))
        own = {name: each for name, each in tensors.items() if not name.startswith(INNER_FLOW)}
        check_tensors(own, shapes_for(len(run.config.class_names)), str(run.weights))
        return turn_heads(own, columns, len(run.config.class_names), shapes_for)

    load()
    thresholds = _thresholds(run, columns, project)
    return PlannedRun(
        run.name, "features", network, image, *statistics(run.config), run.created, load, flow, thresholds, run.split()
    )


def plan_sequence(run: SourceRun, features: PlannedRun | None, image: dict[str, Any], project: Config) -> PlannedRun:
    """A sequence model."""
    columns = columns_of(run.config.class_names, project.behaviours, exclusive=project.exclusive)
    network = sequence_network(run.config, read_checkpoint(run.weights).tensors)
    shapes_for = _shapes_for("sequence", network)
    expected = shapes_for(len(run.config.class_names))

    def load() -> Tensors:
        tensors = without_aliases(network.plugin, read_checkpoint(run.weights).named_as(expected))
        check_tensors(tensors, expected, str(run.weights))
        return turn_heads(tensors, columns, len(run.config.class_names), shapes_for)

    load()
    colours = statistics(run.config) if features is None else (features.mean, features.std)
    thresholds = _thresholds(run, columns, project)
    return PlannedRun(
        run.name, "sequence", network, image, *colours, run.created, load, features, thresholds, run.split()
    )


def _features_tensors(checkpoint: Checkpoint) -> Tensors:
    return checkpoint.named_as({"spatial_classifier.0.conv1.weight"})


def _checked(checkpoint: Checkpoint, expected: Shapes) -> Tensors:
    tensors = checkpoint.named_as(expected)
    check_tensors(tensors, expected, str(checkpoint.path))
    return tensors


def _shapes_for(stage: Stage, network: Network) -> Callable[[int], Shapes]:
    def shapes_for(n_outputs: int) -> Shapes:
        return Project.tensor_shapes(
            stage, network.plugin, network.settings, n_outputs=n_outputs, n_latents=network.n_latents
        )

    return shapes_for


def _thresholds(run: SourceRun, columns: Sequence[int], project: Config) -> tuple[float, ...]:
    """Least probabilities that count as present; nothing where classes exclude each other or none were kept."""
    epoch = read_checkpoint(run.weights).epoch
    strict = read_thresholds(run.folder, epoch, len(run.config.class_names))
    if project.exclusive or strict is None:
        return ()
    return tuple(from_strict_thresholds(strict[list(columns)]).tolist())
