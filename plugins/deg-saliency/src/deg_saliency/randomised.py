"""Do maps change when weights are randomised? Those that do not show the picture, and not what was learned.

After Adebayo et al., Sanity checks for saliency maps (NeurIPS 2018): layers are randomised from the output down, and
maps compared with those of the trained network by rank correlation of their absolute values: random weights at the
output turn signs around by chance, and a map that is only turned around shows the same places.

Axes: N windows, H, W.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from deg_core.api import Progress
from numpy.typing import NDArray
from scipy.stats import rankdata
from torch import nn

from deg_saliency.errors import SaliencyError
from deg_saliency.layers import Stream, StreamName
from deg_saliency.maps import Mapper
from deg_saliency.network import Network, Seen

SHARES = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0)
"""Shares of each stream's layers that are randomised, from the output down; layers behind both always are."""
ALIKE = 0.5
"""Maps of a wholly randomised network that are more alike than this say little about what was learned."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How alike maps of a randomised network are to those of the trained one.

    Attributes:
        stream: Whose maps.
        share: Of its layers that were randomised.
        n_layers: As many are these.
        correlation: Spearman's, of absolute values, mean over windows and draws; NaN where maps have one value only.
        least: Lowest of them.
        most: Highest of them.
    """

    stream: StreamName
    share: float
    n_layers: int
    correlation: float
    least: float
    most: float


def check_maps(
    network: Network,
    streams: Mapping[StreamName, Stream],
    mapper: Mapper,
    seen: Seen,
    columns: Sequence[int],
    progress: Progress,
    *,
    n_draws: int = 3,
    seed: int = 0,
) -> list[Resemblance]:
    """Randomise ever more layers, and compare maps.

    Args:
        network: The trained extractor, which stays as it is.
        streams: Its streams.
        mapper: What makes maps.
        seen: Windows.
        columns: The output asked about, for each window.
        progress: Who is told.
        n_draws: Random networks for each share.
        seed: From which they are drawn.
    """
    trained = mapper.map(seen, columns)
    found = []
    with progress.task("maps of random networks", len(SHARES) * n_draws) as task:
        for share in SHARES:
            names = layers_from_the_output(streams, share)
            values: dict[StreamName, list[float]] = {name: [] for name in trained}
            for draw in range(n_draws):
                generator = torch.Generator().manual_seed(seed + draw)
                others = mapper.map(seen, columns, randomised(network.extractor, names, generator))
                for name, maps in trained.items():
                    values[name] += correlations(maps, others[name])
                task.advance()
            for name in trained:
                n_layers = len(names & set(streams[name].weighted)) if name in streams else len(names)
                found.append(_resemblance(name, share, n_layers, values[name]))
    return found


def require_weights(network: Network, streams: Mapping[StreamName, Stream]) -> None:
    """Refuse an extractor that has nothing to randomise.

    Raises:
        SaliencyError: None of its layers has a matrix or kernels among its parameters.
    """
    if not any(stream.weighted for stream in streams.values()):
        raise SaliencyError(
            f"feature extractor {network.card.plugin.name!r} has no layers whose weights could be randomised",
            where="--check",
            fix="leave it out: this check is for networks",
        )


def layers_from_the_output(streams: Mapping[StreamName, Stream], share: float) -> set[str]:
    """Names of the layers that are randomised: those behind both streams, and a share of each from its last one on."""
    alone = [stream for name, stream in streams.items() if name != "both"]
    joint = streams["both"].weighted if "both" in streams else ()
    names = set(joint if alone else joint[len(joint) - math.ceil(share * len(joint)) :])
    for stream in alone:
        names |= set(stream.weighted[len(stream.weighted) - math.ceil(share * len(stream.weighted)) :])
    return names


@torch.no_grad()
def randomised(extractor: nn.Module, names: Iterable[str], generator: torch.Generator) -> nn.Module:
    """A copy whose named layers have random weights of the same size (root mean square); biases and norms stay."""
    copy = deepcopy(extractor)
    for name in sorted(names):
        for weight in copy.get_submodule(name).parameters(recurse=False):
            if weight.ndim >= 2:
                noise = torch.randn(weight.shape, generator=generator).to(weight)
                weight.copy_(noise * weight.square().mean().sqrt())
    return copy.eval()


def correlations(one_NHW: NDArray[np.float32], other_NHW: NDArray[np.float32]) -> list[float]:
    """Spearman's correlation of each pair of maps, without signs; of pairs whose maps have more than one value."""
    found = []
    for one, other in zip(np.abs(one_NHW), np.abs(other_NHW), strict=True):
        if np.ptp(one) > 0 and np.ptp(other) > 0:
            found.append(float(np.corrcoef(rankdata(one), rankdata(other))[0, 1]))
    return found


def warnings_of(found: Sequence[Resemblance]) -> list[str]:
    """What is wrong with the maps, in sentences; empty where they pass."""
    told = []
    for last in (each for each in found if each.share == SHARES[-1]):
        if math.isnan(last.correlation):
            told.append(f"maps of the {last.stream} stream could not be compared: they are the same everywhere")
        elif last.correlation > ALIKE:
            told.append(
                f"maps of the {last.stream} stream barely change when all weights are randomised (rank correlation"
                f" {last.correlation:.2f}): they show the picture more than what the network learned"
            )
    return told


def _resemblance(stream: StreamName, share: float, n_layers: int, values: Sequence[float]) -> Resemblance:
    if not values:
        return Resemblance(stream, share, n_layers, float("nan"), float("nan"), float("nan"))
    return Resemblance(stream, share, n_layers, float(np.mean(values)), min(values), max(values))
