"""What another program found out, in the form in which a project takes it in.

Axes: T frames, D latents, K behaviours or outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from deg_core.data.splits import Split


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRun:
    """A network that another program trained, its outputs already those of the project's behaviours.

    Attributes:
        stage: What it is for.
        plugin: The plugin that can hold its weights.
        settings: Settings of that plugin.
        tensors: Every tensor of that plugin's network, by name.
        image: How frames were prepared: `size`, `crop` and `padding`, as in a project file.
        mean: Of the pixels that frames are z-scored with, per colour (RGB), 0..1.
        std: Their standard deviation.
        created: When it was trained; names and orders runs.
        origin: The program and the file, for whoever asks later.
        n_latents: Latents per frame that a sequence model reads.
        built_on: The run of the stage before, by its id in the project; None where it is not known.
        thresholds: Least probability that counts as present, one per behaviour.
        learned: What the project's post-processor is to know; empty: it learns from the training part of the split.
        split: What it was trained, validated and must be tested on.
    """

    stage: Literal["flow", "features", "sequence"]
    plugin: str
    settings: Mapping[str, Any]
    tensors: Mapping[str, NDArray[Any]]
    image: Mapping[str, Any]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    created: datetime
    origin: str
    n_latents: int = 0
    built_on: str | None = None
    thresholds: tuple[float, ...] = ()
    learned: Mapping[str, Any] = field(default_factory=dict)
    split: Split = field(default_factory=lambda: Split((), ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsidePrediction:
    """What another program said about a recording, its columns those of the project.

    Attributes:
        recording: Its name.
        origin: The program and the model, for whoever asks later.
        latents: shape (T, D), float32.
        feature_logits: Of the feature extractor; shape (T, n_outputs), float32.
        logits: Of the sequence model; shape (T, n_outputs), float32.
        thresholds: Least probability that counts as present; shape (K,), float32.
        present: shape (T, K), bool.
    """

    recording: str
    origin: str
    latents: NDArray[np.float32]
    feature_logits: NDArray[np.float32]
    logits: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    present: NDArray[np.bool_]
