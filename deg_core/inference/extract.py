"""Frames to latents.

Axes: T frames, S frames of a chunk, D latents, K outputs, H, W.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from deg_core.data.frames import Frames
from deg_core.errors import PluginFailedError
from deg_core.inference.chunks import ChunkPlan, read_chunks, read_prepared
from deg_core.interfaces import FeatureExtractor, FlowGenerator, VideoReader
from deg_core.networks.device import autocast
from deg_core.networks.survey import show_recording
from deg_core.networks.tensors import extract, normalise, to_pictures
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
        precision: Of the manifest.
        n_outputs: Logits per frame.
        label: Name of the extractor, for messages.
    """

    flow_generator: FlowGenerator | None
    extractor: FeatureExtractor
    statistics: Statistics
    plan: ChunkPlan
    device: torch.device
    precision: str
    n_outputs: int
    label: str


def extract_blocks(video: VideoReader, network: FeatureNetwork, first: int = 0) -> Iterator[LatentBlock]:
    """Yield latents (T, D) and logits (T, K), float32, for frames `first`, ... to the end, block by block.

    Each frame is read, converted and copied to the device once, and those of a survey twice. Memory does not grow
    with the video.
    """
    read = partial(read_prepared, video, network.plan)
    show_recording(network.extractor, video.n_frames, read, network.statistics, network.device)
    for chunk in read_chunks(video, network.plan, first):
        latents, logits = answer_chunk(chunk, network)
        _check(latents, logits, len(chunk) - network.plan.window + 1, first, network)
        first += len(latents)
        yield latents, logits


@torch.inference_mode()
def answer_chunk(chunk: Frames, network: FeatureNetwork) -> LatentBlock:
    """Latents (T, D) and logits (T, K), float32, for the middle frames of one chunk (S, h, w, 3), uint8."""
    frames = torch.from_numpy(chunk).to(network.device, non_blocking=True)
    frames_NSCHW = normalise(to_pictures(frames[None]), network.statistics)
    with autocast(network.device, network.precision):
        latents, logits = extract(frames_NSCHW, network.flow_generator, network.extractor)
    return latents[0].float().cpu().numpy(), logits[0].float().cpu().numpy()


def _check(
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
