"""Keeps maps and tables.

Axes: N moments, H, W.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from deg_core import save_table
from deg_core.api import writing_beside

from deg_saliency.explained import Explained
from deg_saliency.layers import StreamName
from deg_saliency.network import Network
from deg_saliency.parts import BehaviourParts
from deg_saliency.randomised import Resemblance

_TEXT = h5py.string_dtype()


def save_maps(
    path: Path, explained: Sequence[Explained], network: Network, layers: dict[StreamName, str], facts: dict[str, Any]
) -> Path:
    """Write maps as they are, signed and of their own grid, as HDF5.

    Args:
        path: The file; replaced when all is written.
        explained: Moments.
        network: Whose maps they are.
        layers: Layer that each stream's maps are of.
        facts: Further attributes of the file.

    Raises:
        ProjectError: It cannot be written.
    """
    columns: dict[str, Any] = {
        "frame": [each.moment.frame for each in explained],
        "behaviour": np.array([each.behaviour for each in explained], dtype=_TEXT),
        "why": np.array([each.moment.why for each in explained], dtype=_TEXT),
        **{
            name: np.array([getattr(each, name) for each in explained], dtype=np.float32)
            for name in ("logit", "probability", "mean_logit", "image_part", "flow_part")
        },
        "pipeline_probability": np.array([_known(each.moment.probability) for each in explained], dtype=np.float32),
    }
    for stream in explained[0].maps:
        columns[f"maps/{stream}"] = np.stack([each.maps[stream] for each in explained])
    if explained[0].flow is not None:
        columns["flow"] = np.stack([each.flow for each in explained if each.flow is not None])
    with writing_beside(path) as part, h5py.File(part, "w") as file:
        file.attrs.update({**card_of(network, layers), **facts})
        for name, values in columns.items():
            file.create_dataset(name, data=values)
    return path


def card_of(network: Network, layers: dict[StreamName, str]) -> dict[str, Any]:
    """What maps are of, as attributes of a file."""
    try:
        own = version("deg-saliency")
    except PackageNotFoundError:
        own = "from a source tree"
    return {
        "deg_saliency": own,
        "features_run": network.card.run_id,
        "weights_sha256": network.card.weights_sha256,
        "extractor": network.card.plugin.name,
        "behaviours": list(network.behaviours),
        **{f"layer_{name}": layer for name, layer in layers.items()},
    }


def save_moments(path: Path, explained: Sequence[Explained]) -> Path:
    """Write a row for each moment: what was said, and by which stream."""
    header = ("frame", "behaviour", "why", "pipeline_probability", "features_probability", "logit", "mean_logit")
    rows = [
        (
            each.moment.frame,
            each.behaviour,
            each.moment.why,
            each.moment.probability,
            each.probability,
            each.logit,
            each.mean_logit,
            each.image_part,
            each.flow_part,
        )
        for each in explained
    ]
    return save_table(path, (*header, "image_part", "flow_part"), rows)


def save_parts(path: Path, parts: Sequence[BehaviourParts]) -> Path:
    """Write a row for each behaviour: how much each stream counts."""
    names = BehaviourParts.__slots__
    return save_table(path, names, [[getattr(each, name) for name in names] for each in parts])


def save_check(path: Path, found: Sequence[Resemblance]) -> Path:
    """Write a row for each stream and share of randomised layers."""
    names = Resemblance.__slots__
    return save_table(path, names, [[getattr(each, name) for name in names] for each in found])


def _known(probability: float | None) -> float:
    return float("nan") if probability is None else probability
