"""Builds the components that a project chose, and says who is to blame when that fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from deg_core.descriptors import (
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LossPlugin,
    Plugin,
    SequenceModelPlugin,
)
from deg_core.errors import DegError, ManifestError, PluginFailedError
from deg_core.interfaces import ExtractorPart, FeatureExtractor, FlowGenerator, HasParts, Loss, SequenceModel
from deg_core.project.manifest import Stage
from deg_core.project.resolve import Chosen

T = TypeVar("T")


def build_flow(chosen: Chosen[FlowGeneratorPlugin[Any]], seed: int) -> FlowGenerator:
    """Build a flow generator with weights drawn from `seed`."""
    return _network(chosen, _build(chosen, seed, lambda: chosen.plugin.build(chosen.settings)))


def build_features(chosen: Chosen[FeatureExtractorPlugin[Any]], n_outputs: int, seed: int) -> FeatureExtractor:
    """Build a feature extractor with weights drawn from `seed`."""
    return _network(chosen, _build(chosen, seed, lambda: chosen.plugin.build(chosen.settings, n_outputs)))


def build_sequence(
    chosen: Chosen[SequenceModelPlugin[Any]], n_latents: int, n_outputs: int, seed: int
) -> SequenceModel:
    """Build a sequence model with weights drawn from `seed`."""
    return _network(chosen, _build(chosen, seed, lambda: chosen.plugin.build(chosen.settings, n_latents, n_outputs)))


def build_network(
    stage: Stage, chosen: Chosen[Any], n_latents: int, n_outputs: int, seed: int
) -> FlowGenerator | FeatureExtractor | SequenceModel:
    """Build the network of any stage with weights drawn from `seed`; what a stage has no use for is not looked at."""
    if stage == "flow":
        return build_flow(chosen, seed)
    if stage == "features":
        return build_features(chosen, n_outputs, seed)
    return build_sequence(chosen, n_latents, n_outputs, seed)


def build_loss(chosen: Chosen[LossPlugin[Any]], label_counts: NDArray[np.int64]) -> Loss:
    """Build a loss for label counts (K, 2)."""
    return _build(chosen, 0, lambda: chosen.plugin.build(chosen.settings, label_counts))


def build_parts(extractor: FeatureExtractor, plugin_name: str, seed: int) -> Sequence[ExtractorPart]:
    """Parts of an extractor that can learn alone; weights that only a part has are drawn from `seed`.

    Raises:
        ManifestError: It has none.
    """
    if not isinstance(extractor, HasParts):
        raise ManifestError(
            f"feature extractor {plugin_name!r} has no parts that could learn in turn",
            where="project.yaml, features.curriculum",
            fix="write `curriculum: false`, or choose an extractor of several streams, such as two-stream",
        )
    with _drawing_from(seed):
        return extractor.parts()


def check_windows(flow: FlowGenerator, extractor: FeatureExtractor) -> None:
    """Refuse a flow generator whose windows cannot serve an extractor.

    Raises:
        ManifestError: It looks at neither single pairs nor exactly the extractor's window.
    """
    if flow.n_frames not in (2, extractor.window):
        raise ManifestError(
            f"the flow generator looks at {flow.n_frames} frames together, the feature extractor at {extractor.window}",
            where="project.yaml, flow and features",
            fix=f"set the flow generator to 2 or {extractor.window} frames",
        )


def _build(chosen: Chosen[Any], seed: int, build: Callable[[], T]) -> T:
    plugin: Plugin[Any] = chosen.plugin
    try:
        with _drawing_from(seed):
            return build()
    except DegError:
        raise
    except Exception as error:
        raise PluginFailedError(
            f"{plugin.kind} {plugin.name!r} from {chosen.offer.source} could not be built: {error!r}",
            where=f"settings {chosen.settings!r}",
            fix="change its settings, or tell its authors",
        ) from error


def _network(chosen: Chosen[Any], built: T) -> T:
    """Refuse what is no network before anything is asked of it."""
    if isinstance(built, torch.nn.Module):
        return built
    raise PluginFailedError(
        f"{chosen.plugin.kind} {chosen.plugin.name!r} from {chosen.offer.source} built a {type(built).__name__},"
        " which is no torch module",
        where=f"settings {chosen.settings!r}",
        fix="tell its authors; `deg plugin check` finds it",
    )


@contextmanager
def _drawing_from(seed: int) -> Iterator[None]:
    """Draw torch's random numbers from a seed, and leave all that are shared as they were, whatever a plugin does."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002  # a plugin may have seeded this very one
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002
