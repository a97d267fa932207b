"""Writes trained networks as ONNX files with a card each, compared with torch before they get their names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from deg_core.api import DegError, ProjectError

from deg_onnxruntime.engine import open_session
from deg_onnxruntime.translation import OPSET, translate

if TYPE_CHECKING:
    from deg_core.jobs.trained_networks import TrainedNetwork

BOUND = 1e-4
"""Largest difference from torch, as a share of the largest answer, with which a file is written."""

_LIBRARIES = ("deg-ethogram", "deg-onnxruntime", "torch", "onnx", "onnxruntime")


class ExportError(DegError):
    """A network cannot be had as ONNX, or says something else there."""


def export_networks(networks: Sequence[TrainedNetwork], folder: Path, bound: float = BOUND) -> list[Path]:
    """Write every network and its card, or nothing.

    Args:
        networks: As `deg_core.Project.networks` gives them.
        folder: Where; files of an earlier export are replaced.
        bound: Largest difference from torch, as a share of the largest answer.

    Returns:
        The models, in the order of the networks.

    Raises:
        ExportError: One cannot be translated, or answers differ beyond the bound.
        ProjectError: Nothing can be written there.
    """
    ready = [(network, *_translated(network, bound)) for network in networks]
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for network, model, differences in ready:
            path = folder / f"{network.stage}.onnx"
            card = json.dumps(card_of(network, model, differences, bound), indent=1) + "\n"
            for place, content in ((path, model), (path.with_suffix(".json"), card.encode())):
                part = place.with_name(place.name + ".part")
                part.write_bytes(content)
                part.replace(place)
            paths.append(path)
    except OSError as error:
        raise ProjectError(
            f"cannot write: {error.strerror or error}", where=str(folder), fix="another folder: --output DIR"
        ) from error
    return paths


def _translated(network: TrainedNetwork, bound: float) -> tuple[bytes, dict[str, float]]:
    examples = tuple(network.takes.values())
    try:
        model = translate(network.module, examples, (tuple(network.takes), network.gives))
    except Exception as error:  # a translator may raise anything at a network it does not know
        first = (str(error).strip().splitlines() or [""])[0][:200]
        raise ExportError(
            f"{network.run.plugin.name!r} cannot be had as ONNX: {first}",
            where=network.run.run_id,
            fix="use it from Python: deg_core.Model",
        ) from error
    differences = compare(network, model)
    beyond = {name: value for name, value in differences.items() if not value <= bound}
    if beyond:
        told = ", ".join(f"{name} by {value:.2e}" for name, value in beyond.items())
        raise ExportError(
            f"as ONNX, {network.run.plugin.name!r} differs from torch beyond {bound:g} of the largest answer: {told}",
            where=network.run.run_id,
            fix="nothing was written; tell the authors of the network",
        )
    return model, differences


def compare(network: TrainedNetwork, model: bytes) -> dict[str, float]:
    """How far a model's answers to the examples are from torch's, as a share of the largest, by name."""
    examples = tuple(network.takes.values())
    with torch.inference_mode():
        expected = [each.float().cpu().numpy() for each in network.module(*examples)]
    values = {name: each.cpu().numpy() for name, each in network.takes.items()}
    found = open_session(model).run(list(network.gives), values)
    return {
        name: float(np.abs(one - other).max() / max(float(np.abs(other).max()), 1e-6))
        for name, one, other in zip(network.gives, found, expected, strict=True)
    }


def card_of(network: TrainedNetwork, model: bytes, differences: dict[str, float], bound: float) -> dict[str, Any]:
    """What whoever runs a model elsewhere has to know; plain JSON."""
    run = network.run
    return {
        "stage": network.stage,
        "takes": {
            name: {"shape": list(each.shape), "dtype": str(each.dtype).removeprefix("torch.")}
            for name, each in network.takes.items()
        },
        "gives": list(network.gives),
        "window": network.window,
        "frames": "RGB, 0..255, uint8; cropped and resized as `image` says; z-scored inside the model",
        "image": run.image.model_dump(mode="json"),
        "behaviours": list(run.behaviours),
        "exclusive": run.exclusive,
        "thresholds": list(run.thresholds),
        "run": run.run_id,
        "built_on": run.built_on,
        "plugin": run.plugin.model_dump(mode="json"),
        "weights_sha256": run.weights_sha256,
        "model_sha256": hashlib.sha256(model).hexdigest(),
        "opset": OPSET,
        "differs_from_torch": {"bound": bound, "share_of_the_largest_answer": differences},
        "versions": {name: _version(name) for name in _LIBRARIES},
    }


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "from a source tree"
