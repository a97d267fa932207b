"""How fast this machine predicts a video: each step by itself, and all of them together."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import Frames
from deg_core.inference.chunks import read_chunks, read_pieces
from deg_core.inference.classify import infer_logits
from deg_core.inference.extract import FeatureNetwork, answer_chunk, extract_blocks
from deg_core.inference.stages import ahead
from deg_core.interfaces import VideoReader
from deg_core.jobs.models import TrainedPipeline
from deg_core.jobs.workspace import Workspace
from deg_core.project.prepared_frames import finish

_REPEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds that steps of a prediction take for so many frames.

    Attributes:
        n_frames: Frames that were timed.
        decode_s: Reading and decoding, alone.
        prepare_s: Cropping and resizing, alone.
        network_s: Flow and features, alone.
        sequence_s: The sequence model, alone; after the others, since it may look both ways.
        whole_s: From file to latents with decoding, preparing and networks at the same time, then the sequence model.
    """

    n_frames: int
    decode_s: float
    prepare_s: float
    network_s: float
    sequence_s: float
    whole_s: float

    @property
    def slowest(self) -> str:
        """The step that the others wait for."""
        steps = ("decode", "prepare", "network", "sequence")
        return max(steps, key=lambda step: float(getattr(self, f"{step}_s")))

    @property
    def overlap(self) -> float:
        """Time of the slowest step as a share of the whole: 1 where nothing else takes any time."""
        return float(getattr(self, f"{self.slowest}_s")) / self.whole_s


class _Beginning:
    """The first frames of a video."""

    def __init__(self, video: VideoReader, n_frames: int) -> None:
        self.n_frames, self.frames_per_second = min(n_frames, video.n_frames), video.frames_per_second
        self.read, self.close = video.read, video.close
        if hasattr(video, "read_scaled"):
            self.read_scaled = video.read_scaled


def time_prediction(workspace: Workspace, pipeline: TrainedPipeline, path: Path, n_frames: int = 512) -> Timing:
    """Time the steps of a prediction on the beginning of a video; nothing is written.

    Args:
        workspace: Whose reader opens the video.
        pipeline: Trained networks that look at frames.
        path: The video.
        n_frames: Frames to time at the most; in whole chunks, as the last one takes as long as any.

    Raises:
        VideoError: It cannot be read.
    """
    network = pipeline.features
    block = network.plan.block_frames
    with closing(workspace.open_video(path)) as opened:
        video = _Beginning(opened, max(1, n_frames // block) * block)
        with closing(read_chunks(video, network.plan)) as chunks:
            chunk = next(chunks)
        answer_chunk(chunk, network)  # engines prepare themselves, caches fill
        decode_s, prepare_s = _time_reading(video, network)
        n_chunks = len(network.plan.starts(video.n_frames))
        network_s = _median_s(lambda: answer_chunk(chunk, network)) * n_chunks
        opened.close()
        began = time.perf_counter()
        latents = _join(ahead(extract_blocks(video, network)), pipeline.takes)
        _classify(pipeline, latents)
        whole_s = time.perf_counter() - began
        sequence_s = _median_s(lambda: _classify(pipeline, latents))
    return Timing(
        n_frames=video.n_frames,
        decode_s=decode_s,
        prepare_s=prepare_s,
        network_s=network_s,
        sequence_s=sequence_s,
        whole_s=whole_s,
    )


def _time_reading(video: VideoReader, network: FeatureNetwork) -> tuple[float, float]:
    """Seconds to decode and to prepare, one after the other."""
    preparation, prepare_s = network.plan.preparation, 0.0
    video.close()
    began = time.perf_counter()
    into: Frames = np.empty((network.plan.block_frames, *preparation.size, 3), dtype=np.uint8)
    for piece in read_pieces(video, network.plan, [(0, video.n_frames)]):
        start = time.perf_counter()
        finish(piece, preparation, into[: len(piece)])
        prepare_s += time.perf_counter() - start
    return time.perf_counter() - began - prepare_s, prepare_s


def _join(blocks: Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]], takes: str) -> NDArray[np.float32]:
    return np.concatenate([latents if takes == "latents" else logits for latents, logits in blocks])


def _classify(pipeline: TrainedPipeline, latents: NDArray[np.float32]) -> NDArray[np.float32]:
    return infer_logits(
        lambda start, stop: latents[start:stop], len(latents), pipeline.sequence, pipeline.features.device
    )


def _median_s(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
