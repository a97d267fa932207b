"""Frames per second of each step on the way from a video to an ethogram, on simulated video.

Run `python benchmarks/pipeline.py`; `make bench` does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from machine import compare, describe_machine

from deg_core.catalog import load_catalog
from deg_core.data.frames import FramePreparation
from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin, SequenceModelPlugin, VideoReaderPlugin
from deg_core.inference.chunks import ChunkPlan
from deg_core.inference.classify import infer_logits
from deg_core.inference.extract import FeatureNetwork, extract_blocks
from deg_core.interfaces import VideoReader
from deg_core.networks.building import build_features, build_flow, build_sequence
from deg_core.project.manifest import Slot
from deg_core.project.resolve import choose, open_video
from deg_core.project.run_record import Statistics
from deg_plugins_sample.recordings import write_sample

N_FRAMES = 600
N_OUTPUTS = 6
CATALOG = load_catalog()


def main() -> None:
    """Measure and print."""
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        sample = write_sample(Path(folder), "mouse", n_recordings=1, n_frames=N_FRAMES, seed=0)[0]
        path = sample.video_path
        compare("decode, 128x128 H.264", N_FRAMES, {name: _decode(path, name) for name in ("pyav", "opencv")})
        compare(
            "video to latents, 64x64, random weights",
            N_FRAMES,
            {
                "two-stream, flow of 11 frames": _extraction(path, "two-stream", {"n_frames": 11, "width": 16}, "32"),
                "the same, flow once per pair": _extraction(path, "two-stream", {"n_frames": 2, "width": 16}, "32"),
                "the same, bf16": _extraction(path, "two-stream", {"n_frames": 2, "width": 16}, "bf16"),
                "image-stream": _extraction(path, "image-stream", None, "32"),
                "image-stream, bf16": _extraction(path, "image-stream", None, "bf16"),
            },
            repeats=3,
        )
    latents = np.random.default_rng(0).standard_normal((108_000, 512)).astype(np.float32)
    compare("latents to logits, one hour at 30 frames/s", len(latents), {n: _classify(latents, n) for n in _MODELS}, 3)


_MODELS = ("tgmj", "tgm", "logistic")


def _open(path: Path, name: str) -> VideoReader:
    return open_video(choose(CATALOG, VideoReaderPlugin, Slot(name=name), where="benchmark"), path)


def _decode(path: Path, name: str) -> Any:
    def read() -> None:
        video = _open(path, name)
        for start in range(0, video.n_frames, 64):
            video.read(start, min(start + 64, video.n_frames))
        video.close()

    return read


def _extraction(path: Path, extractor: str, flow: dict[str, Any] | None, precision: str) -> Any:
    network = _network(extractor, flow, precision)

    def extract() -> None:
        video = _open(path, "pyav")
        for _ in extract_blocks(video, network):
            pass
        video.close()

    return extract


def _network(name: str, flow: dict[str, Any] | None, precision: str) -> FeatureNetwork:
    chosen = choose(CATALOG, FeatureExtractorPlugin, Slot(name=name), where="benchmark")
    extractor = build_features(chosen, N_OUTPUTS, seed=0)
    generator = None
    if flow is not None:
        slot = Slot(name="tiny-motion-net", settings=flow)
        generator = build_flow(choose(CATALOG, FlowGeneratorPlugin, slot, where="benchmark"), seed=0)
        generator.eval()
    plan = ChunkPlan(FramePreparation((64, 64)), extractor.window, "edge", np.zeros(3, dtype=np.uint8))
    return FeatureNetwork(
        generator, extractor.eval(), Statistics(), plan, torch.device("cpu"), precision, N_OUTPUTS, name
    )


def _classify(latents: np.ndarray, name: str) -> Any:
    chosen = choose(CATALOG, SequenceModelPlugin, Slot(name=name), where="benchmark")
    model = build_sequence(chosen, latents.shape[1], N_OUTPUTS, seed=0)
    model.eval()
    return lambda: infer_logits(lambda a, b: latents[a:b], len(latents), model, torch.device("cpu"))


if __name__ == "__main__":
    main()
