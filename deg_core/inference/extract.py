"""Frames to latents.

Axes: T frames, S frames of a chunk, D latents, K outputs, H, W, Q numbers told of pose.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

from deg_core.data.frames import Frames, rows_around
from deg_core.errors import PluginFailedError
from deg_core.inference.chunks import ChunkPlan, read_chunks
from deg_core.inference.engine import StageEngine
from deg_core.interfaces import FeatureExtractor, FlowGenerator, SeesPose, VideoReader
from deg_core.networks.device import autocast
from deg_core.networks.stage import FeatureStage
from deg_core.networks.survey import show_recording
from deg_core.project.prepared_frames import read_prepared
from deg_core.project.run_record import Statistics

LatentBlock = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class FeatureNetwork:
    """A trained feature stage, in `eval` mode on its device.

    Attributes:
        flow_generator: None where the extractor needs no flow.
        extractor: Gives latents and logits.
        statistics: Colours that frames are z-scored with.
        plan: How videos are cut for it.
        device: Where it runs.
        precision: Of torch, where it is no engine's business.
        n_outputs: Logits per frame.
        label: Name of the extractor, for messages.
        needs_frames: Whether the extractor looks at frames.
        pose: Tells what the extractor sees of a recording's pose; None where it looks at none.
        engine: Runs the networks; None while they are trained, when torch does.
    """

    flow_generator: FlowGenerator | None
    extractor: FeatureExtractor
    statistics: Statistics
    plan: ChunkPlan
    device: torch.device
    precision: str
    n_outputs: int
    label: str
    needs_frames: bool = True
    pose: SeesPose | None = None
    engine: StageEngine | None = None

    @property
    def stage(self) -> FeatureStage:
        """Its networks as one."""
        return FeatureStage(self.flow_generator, self.extractor, self.statistics, needs_frames=self.needs_frames)


def extract_blocks(
    video: VideoReader | None,
    network: FeatureNetwork,
    first: int = 0,
    pose_TQ: NDArray[np.float32] | None = None,
) -> Generator[LatentBlock, None, None]:
    """Yield latents (T, D) and logits (T, K), float32, for frames `first`, ... to the end, block by block.

    A frame's numbers are the same to the last bit wherever reading begins and however long the video is, since it
    always stands at the same place of a chunk of the same length. Each frame is read, converted and copied to the
    device once, and those of a survey twice. Memory does not grow with the video.

    Args:
        video: An open video; None where the extractor does not look at frames.
        network: A trained feature stage.
        first: The first frame to answer for.
        pose_TQ: What the extractor sees of the pose of the whole recording, Q numbers per frame; None where it looks at
            none.
    """
    plan, half = network.plan, network.plan.window // 2
    n_frames = video.n_frames if video is not None else len(cast("NDArray[np.float32]", pose_TQ))
    starts = plan.starts(n_frames, first)
    if video is not None:
        read = partial(read_prepared, video, plan.preparation)
        show_recording(network.extractor, n_frames, read, network.statistics, network.device)
    chunks = read_chunks(video, plan, first) if video is not None else [None] * len(starts)
    for start, chunk in zip(starts, chunks, strict=True):
        rows = None if pose_TQ is None else rows_around(pose_TQ, start - half, start + plan.block_frames + half)
        latents, logits = answer_chunk(chunk, network, rows)
        check_latents(latents, logits, plan.block_frames, start, network)
        wanted = slice(max(0, first - start), n_frames - start)
        yield latents[wanted], logits[wanted]


@torch.inference_mode()
def answer_chunk(
    chunk: Frames | None, network: FeatureNetwork, pose_SQ: NDArray[np.float32] | None = None
) -> LatentBlock:
    """Latents (T, D) and logits (T, K), float32, for the middle frames of one chunk.

    Args:
        chunk: RGB, (S, h, w, 3), uint8; None where the extractor does not look at frames.
        network: A trained feature stage.
        pose_SQ: What it sees of the pose of the same frames; None where it looks at none.
    """
    seen = [torch.from_numpy(each)[None] for each in (chunk, pose_SQ) if each is not None]
    inputs = [each.to(network.device, non_blocking=True) for each in seen]
    if network.engine is not None:
        latents, logits = network.engine(*inputs)
    else:
        with autocast(network.device, network.precision):
            latents, logits = network.stage(*inputs)
    return latents[0].float().cpu().numpy(), logits[0].float().cpu().numpy()


def check_latents(
    latents: NDArray[np.float32], logits: NDArray[np.float32], n_frames: int, first: int, network: FeatureNetwork
) -> None:
    """Refuse wrong shapes and numbers that are none, before they are stored."""
    expected = ((n_frames, network.extractor.n_latents), (n_frames, network.n_outputs))
    if (latents.shape, logits.shape) != expected:
        problem = f"gave latents {latents.shape} and logits {logits.shape}, not {expected[0]} and {expected[1]}"
    elif not (np.isfinite(latents).all() and np.isfinite(logits).all()):
        problem = "gave numbers that are not finite"
    else:
        return
    raise PluginFailedError(
        f"feature extractor {network.label} {problem}",
        where=f"frames {first} to {first + n_frames}",
        fix="try `precision: 32`; if it stays, tell its authors",
    )
