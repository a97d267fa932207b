"""Engines on the exact `deg_f`: rate, difference from torch in 32 bit, and decisions that change, on a real video.

Run `python benchmarks/engines.py VIDEO LABELS.csv [FRAMES [ENGINE ...]]`, such as `160 "openvino bf16"`. Weights are
random, from a seed, but for a last layer that is fitted to the labels on the latents of torch in 32 bit; every engine's
latents then go through this same layer. Blocks of frames, spread over the video, are answered by all engines in turn; a
rate is that of the median block.
"""

from __future__ import annotations

import csv
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from machine import describe_machine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from deg_core.catalog import Catalog, load_catalog
from deg_core.data.frames import FramePreparation, Frames
from deg_core.descriptors import EnginePlugin, FeatureExtractorPlugin, FlowGeneratorPlugin, VideoReaderPlugin
from deg_core.inference.engine import Candidate, StageEngine, relative_difference
from deg_core.interfaces import PreparedNetwork
from deg_core.networks.building import build_features, build_flow
from deg_core.networks.stage import FeatureStage
from deg_core.project.manifest import Slot
from deg_core.project.resolve import choose, open_video
from deg_core.project.run_record import Statistics

SIZE = (256, 256)
WINDOW = 11
BLOCK_FRAMES = 16
Answer = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


def main(video: Path, labels: Path, n_frames: int = 160, names: Sequence[str] = ()) -> None:
    """Measure and print."""
    print(describe_machine())
    marks_TK, behaviours = read_marks(labels)
    catalog = load_catalog()
    engines = engines_for(deg_f(catalog, marks_TK.shape[1]), catalog)
    engines = {name: each for name, each in engines.items() if not names or name in ("torch 32", *names)}
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    latents: dict[str, list[torch.Tensor]] = {name: [] for name in engines}
    starts, blocks = blocks_of(catalog, video, n_frames)
    for chunk in blocks:
        frames = torch.from_numpy(chunk)[None]
        for name, engine in engines.items():
            began = time.perf_counter()
            latents[name].append(engine(frames)[0][0].float())
            seconds[name].append((time.perf_counter() - began) / len(latents[name][-1]))
    rates = {name: 1 / statistics.median(each[1:]) for name, each in seconds.items()}  # the first prepares
    joined = {name: torch.cat(each) for name, each in latents.items()}
    truth = joined[next(iter(joined))]
    logits = fitted_logits(truth.numpy(), np.concatenate([marks_TK[at : at + BLOCK_FRAMES] for at in starts]))
    expected = {name: logits(each.numpy()) for name, each in joined.items()}
    slowest, decided = next(iter(rates.values())), next(iter(expected.values()))
    print(f"{len(truth)} frames, {SIZE[0]}x{SIZE[1]}, {len(behaviours)} behaviours")
    for name in engines:
        changed = ((expected[name] > 0) != (decided > 0)).any(axis=1)
        off = float(np.abs(expected[name] - decided).max() / np.abs(decided).max())
        print(
            f"{name:<16} {rates[name]:6.2f} frames/s {rates[name] / slowest:5.2f}x"
            f"  latents differ by {relative_difference(joined[name], truth):.1e}, logits by {off:.1e} of the largest"
            f"; decisions change in {changed.sum()} of {len(changed)} frames"
        )


def deg_f(catalog: Catalog, n_outputs: int) -> FeatureStage:
    """The exact flow generator and streams, random weights."""
    chosen = choose(catalog, FlowGeneratorPlugin, Slot(name="tiny-motion-net"), where="benchmark")
    flow = build_flow(chosen, seed=0)
    features = choose(catalog, FeatureExtractorPlugin, Slot(name="two-stream"), where="benchmark")
    extractor = build_features(features, n_outputs, seed=0)
    flow.eval()
    return FeatureStage(flow, extractor.eval(), Statistics())


def engines_for(stage: FeatureStage, catalog: Catalog) -> dict[str, Answer]:
    """Torch in 32 bit first, then the published layers one after the other, then whatever is installed."""
    made: dict[str, Answer] = {"torch 32": torch.inference_mode()(stage), "layer by layer": layer_by_layer(stage)}
    for each in installed(catalog):
        if each.label not in made:
            made[each.label] = torch.inference_mode()(StageEngine(stage, WINDOW, BLOCK_FRAMES, [each]))
    return made


def installed(catalog: Catalog) -> Iterator[Candidate]:
    """Every engine in 32 bit and bf16, torch first."""
    for offer in sorted(catalog.of_kind(EnginePlugin), key=lambda offer: offer.plugin.name != "torch"):
        plugin = choose(catalog, EnginePlugin, Slot(name=offer.plugin.name), where="benchmark").plugin
        for precision in ("32", "bf16"):
            if precision in plugin.bounds:
                yield candidate(plugin, precision)


def candidate(plugin: EnginePlugin[Any], precision: str) -> Candidate:
    """An engine at a precision, by its default settings."""

    def prepare(stage: FeatureStage, examples: tuple[torch.Tensor, ...]) -> PreparedNetwork:
        return plugin.prepare(plugin.settings(), stage, examples, precision)

    label, bound = f"{plugin.name} {precision}", plugin.bounds[precision]
    return Candidate(plugin.name, precision, label, "", bound, plugin.runs_module, prepare)


def layer_by_layer(stage: FeatureStage) -> Answer:
    """As networks run where gradients are wanted: all windows at once, layer by layer, nothing shared or scaled."""
    stage.requires_grad_(requires_grad=False)
    return torch.enable_grad()(stage)


def blocks_of(catalog: Catalog, path: Path, n_frames: int) -> tuple[list[int], list[Frames]]:
    """First frames of blocks, and the blocks as prediction gets them, with what is seen around them."""
    preparation = FramePreparation(SIZE)
    video = open_video(choose(catalog, VideoReaderPlugin, Slot(name="pyav"), where="benchmark"), path)
    half, n_blocks = WINDOW // 2, n_frames // BLOCK_FRAMES
    starts = np.linspace(half, video.n_frames - BLOCK_FRAMES - half, n_blocks).astype(int).tolist()
    blocks = [preparation.apply(video.read(start - half, start + BLOCK_FRAMES + half)) for start in starts]
    video.close()
    return starts, blocks


def read_marks(path: Path) -> tuple[np.ndarray, list[str]]:
    """Labels (T, K) of behaviours that happen, and their names; the first column counts frames."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    marks = np.array([[int(mark) for mark in row[1:]] for row in rows])
    names = header[1:]
    kept = [k for k, name in enumerate(names) if name != "background" and marks[:, k].any()]
    return marks[:, kept], [names[k] for k in kept]


def fitted_logits(latents_TD: np.ndarray, marks_TK: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """A layer fitted to latents and labels; behaviours that do not happen, or always, get the first column's."""
    layers = [
        make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500)).fit(latents_TD, marks)
        for marks in marks_TK.T
        if 0 < marks.sum() < len(marks)
    ]
    return lambda latents: np.stack([layer.decision_function(latents) for layer in layers], axis=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 160, sys.argv[4:])
