"""Trained networks of a pipeline with examples of what they take, for programs that take them elsewhere.

Axes: S frames of a chunk (S = T + window - 1), T frames answered for, H, W, Q numbers told of pose, D latents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from deg_core.errors import ProjectError
from deg_core.jobs.models import TrainedPipeline
from deg_core.project.run_record import RunRecord

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """One network, in `eval` mode.

    Attributes:
        stage: `features`: frames, pose or both to latents and logits, with flow inside; or `sequence`: these to logits.
        module: Gives a tuple of tensors.
        takes: What it takes: for features `frames` (1, S, H, W, 3), RGB, 0..255, uint8; for sequence `latents` (or
            the extractor's logits) (1, T, D), float, and `valid` (1, T), bool, False where a frame is padding.
        gives: Names of what it gives.
        run: The card of its run.
        window: Frames that one answer depends on, centred; None where it has no bound.
    """

    stage: str
    module: nn.Module
    takes: dict[str, Tensor]
    gives: tuple[str, ...]
    run: RunRecord
    window: int | None


def trained_networks(pipeline: TrainedPipeline, n_frames: int) -> tuple[TrainedNetwork, TrainedNetwork]:
    """The feature stage as one network, and the sequence model, with examples that answer for `n_frames` frames.

    Raises:
        ProjectError: The feature extractor looks at pose, or at a whole recording first.
    """
    import torch

    from deg_core.networks.sequence_stage import SequenceStage

    features = pipeline.features
    if features.pose is not None or not features.needs_frames or features.stage.remembers:
        raise ProjectError(
            f"feature extractor {features.label} looks at pose or at whole recordings, not at chunks of frames alone",
            where=pipeline.features_run.run_id,
            fix="use it from Python: deg_core.Model",
        )
    generator = torch.Generator().manual_seed(0)
    size = (1, n_frames + features.plan.window - 1, *features.plan.preparation.size, 3)
    frames = torch.randint(0, 256, size, dtype=torch.uint8, generator=generator).to(features.device)
    with torch.inference_mode():
        latents, logits = features.stage(frames)
    read = latents if pipeline.takes == "latents" else logits
    valid = torch.ones(1, n_frames, dtype=torch.bool, device=features.device)
    return (
        TrainedNetwork(
            "features",
            features.stage,
            {"frames": frames},
            ("latents", "logits"),
            pipeline.features_run,
            features.plan.window,
        ),
        TrainedNetwork(
            "sequence",
            SequenceStage(cast("nn.Module", pipeline.sequence)),
            {pipeline.takes: read.clone(), "valid": valid},
            ("logits",),
            pipeline.sequence_run,
            pipeline.sequence.receptive_field,
        ),
    )
