"""How fast deg is, against what it must reach: one run, in turn, medians of 5. `make bench` prints the table.

Run `python benchmarks/speed.py [PART]...`; parts: machine, whole, memory, sequence, labels, growth. Without one, all.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import torch
from growth import draw_growth
from machine import describe_machine, roofline
from torch.utils.flop_counter import FlopCounterMode

from deg_core import Project
from deg_core.catalog import load_catalog
from deg_core.data.labels import Labels
from deg_core.descriptors import EnginePlugin, SequenceModelPlugin
from deg_core.inference.classify import infer_logits
from deg_core.jobs.export import export
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.models import TrainedPipeline, load_pipeline
from deg_core.jobs.timing import Beginning, time_whole
from deg_core.networks.building import build_sequence
from deg_core.project.manifest import Slot
from deg_core.project.manifest_file import load_preset
from deg_core.project.records import add_record, save_labels
from deg_core.project.resolve import choose
from deg_plugins_analysis.benchmark.made_video import write_video
from deg_plugins_analysis.benchmark.pipelines import preset_pipeline

REPEATS = 5
SIZE = (256, 256)
HOUR = 108_000
_AT_256 = {"image.size": list(SIZE)}


def main() -> None:
    """Measure and print."""
    parts = sys.argv[1:] or ["machine", "whole", "memory", "sequence", "labels", "growth"]
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in parts:
            print(f"\n{part}", flush=True)
            {
                "machine": lambda _: print("\n".join(roofline())),
                "whole": compare_whole,
                "memory": measure_memory,
                "sequence": measure_sequence,
                "labels": measure_labels,
                "growth": draw_growth,
            }[part](folder)


def pipelines(folder: Path) -> dict[str, Project]:
    """The exact `deg_f` as it was, then it and `deg_rt` by torch and by the fastest other engine; random weights."""
    engines = [name for name in ("openvino",) if name in load_catalog().names(EnginePlugin)]
    bf16 = {"precision": "bf16"}
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "deg_f, torch 32, eager": ("deg_f", {**_AT_256, "precision": "32"}),
        "deg_f, torch bf16": ("deg_f", {**_AT_256, **bf16}),
        **{f"deg_f, {name} bf16": ("deg_f", {**_AT_256, **bf16, "engine.name": name}) for name in engines},
        "deg_rt at 256x256, torch bf16": ("deg_rt", _AT_256),
        **{f"deg_rt at 256x256, {name} bf16": ("deg_rt", {**_AT_256, "engine.name": name}) for name in engines},
        "deg_rt, torch bf16": ("deg_rt", {}),
        **{f"deg_rt, {name} bf16": ("deg_rt", {"engine.name": name}) for name in engines},
    }
    found = {}
    for index, (title, (preset, changes)) in enumerate(wanted.items()):
        found[title] = preset_pipeline(preset, folder / str(index), 6, changes).project
    return found


def compare_whole(folder: Path) -> None:
    """From file to ethogram, the same video for all, in turn."""
    path = write_video(folder / "bench.mp4", SIZE, 512)
    projects = pipelines(folder)
    loaded = {name: load_pipeline(project.workspace) for name, project in projects.items()}
    lengths = {name: 64 if name.startswith("deg_f") else 512 for name in loaded}
    rates: dict[str, list[float]] = {name: [] for name in loaded}
    for repeat in range(REPEATS + 1):  # the first is for caches, which slow ones hardly feel
        for name, pipeline in loaded.items():
            if not repeat and name.startswith("deg_f, torch"):
                continue
            with closing(projects[name].open_video(path)) as video:
                _, seconds = time_whole(pipeline, Beginning(video, lengths[name]))
            if repeat:
                rates[name].append(lengths[name] / seconds)
    first = statistics.median(next(iter(rates.values())))
    print(f"  {'pipeline':<32}{'frames/s':>9}{'ratio':>8}{'spread':>8}{'GFLOP a frame':>15}")
    for name, found in rates.items():
        rate = statistics.median(found)
        spread = (max(found) - min(found)) / rate
        print(f"  {name:<32}{rate:>9.4g}{rate / first:>7.2f}x{spread:>8.0%}{gflop(loaded[name]):>15.3g}", flush=True)
    *_, (name, project) = projects.items()
    timings = [project.time_prediction(path, n_frames=512) for _ in range(3)]
    overlap = statistics.median(each.overlap for each in timings)
    print(f"  {name}: {timings[0].slowest} alone takes {overlap:.0%} of the time of the whole")
    for step in ("decode", "prepare", "network", "sequence", "whole"):
        rate = statistics.median(each.n_frames / getattr(each, f"{step}_s") for each in timings)
        print(f"    {step:<9}{rate:9.4g} frames/s")


def gflop(pipeline: TrainedPipeline) -> float:
    """Floating-point operations per frame of flow and features, in thousands of millions; a multiply-add counts two."""
    network = pipeline.features
    plan = network.plan
    chunk = np.zeros((7 + plan.window, *plan.preparation.size, 3), dtype=np.uint8)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network.stage(torch.from_numpy(chunk)[None])
    return counter.get_total_flops() / 8 / 1e9


def timed(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median seconds."""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def measure_memory(folder: Path) -> None:
    """Resident memory of long videos, over what the networks alone take; in processes of their own."""
    project = preset_pipeline("deg_rt", folder / "memory", 6, _AT_256).project
    for n_frames in (10_000, 100_000):
        answer = subprocess.run(
            [
                sys.executable,
                str(Path(__file__).with_name("memory.py")),
                str(project.workspace.layout.root),
                str(n_frames),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"  {n_frames} frames of 256x256: {answer.stdout.strip()}", flush=True)


def measure_sequence(folder: Path) -> None:
    """The sequence model of `deg_f` over an hour of latents, and those of other presets."""
    del folder
    latents = np.random.default_rng(0).standard_normal((HOUR, 1024)).astype(np.float32)
    for name in ("deg_f", "deg_rt"):
        slot = load_preset(name, where="benchmark")["sequence"]
        chosen = choose(
            load_catalog(),
            SequenceModelPlugin,
            Slot(name=slot["name"], settings=slot.get("settings", {})),
            where="benchmark",
        )
        model = build_sequence(chosen, 1024, 6, 0)
        model.eval()
        seconds = timed(lambda model=model: infer_logits(lambda a, b: latents[a:b], HOUR, model, torch.device("cpu")))
        print(f"  {slot['name']} of {name}, {HOUR} frames, 1024 latents: {seconds:.2f} s", flush=True)


def measure_labels(folder: Path, n_recordings: int = 200) -> None:
    """Statistics of labels, splits and export of many recordings of one hour."""
    project = Project.create(folder / "labels", [f"behaviour-{index}" for index in range(6)])
    workspace, rng = project.workspace, np.random.default_rng(0)
    video = write_video(folder / "hour.mp4", (32, 32), HOUR)
    began = time.perf_counter()
    for index in range(n_recordings):
        copy = folder / f"hour-{index}.mp4"
        os.link(video, copy)
        add_record(workspace.layout, f"r{index:03}", copy, {}, copy=False)
        bouts = rng.integers(0, 2, (HOUR // 60, 6)).repeat(60, axis=0).astype(np.int8)
        save_labels(workspace.layout, f"r{index:03}", Labels(bouts, workspace.manifest.behaviours))
    print(f"  writing labels of {n_recordings} recordings: {time.perf_counter() - began:.1f} s", flush=True)
    print(f"  reading and counting them: {timed(workspace.labelled, 3):.1f} s", flush=True)
    print(f"  splitting: {timed(project.split, 3):.1f} s", flush=True)
    records = workspace.records()
    for kind in ("deg-csv", "bouts-csv"):
        export(workspace, records[:1], "labels", FormatChoice(kind, {}), folder / "out")
        seconds = timed(
            lambda kind=kind: export(workspace, records, "labels", FormatChoice(kind, {}), folder / "out"), 1
        )
        print(f"  exporting as {kind}: {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
