"""Memory that predicting a long video takes over what its networks take; `benchmarks/speed.py memory` runs it.

Run `python benchmarks/memory.py PROJECT FRAMES`. Frames of one array are shown again and again in place of a video, so
that only what holds frames is measured, and the networks answer a fiftieth of the chunks, as all need the same memory.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.inference import extract
from deg_core.inference.chunks import read_chunks
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import Target, predict_targets
from deg_core.jobs.workspace import open_workspace
from deg_core.progress import SilentProgress
from deg_core.testing import FakeVideo

_EVERY = 50


def resident_mb() -> float:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


class Peak:
    """The most memory that this process has while it is watched."""

    def __init__(self) -> None:
        self.mb = resident_mb()
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._done.wait(0.005):
            self.mb = max(self.mb, resident_mb())

    def __enter__(self) -> Peak:
        self._watch.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._watch.join()


class Endless(FakeVideo):
    """Shows its frames again and again."""

    def __init__(self, frames: np.ndarray, n_frames: int) -> None:
        super().__init__(frames)
        self.n_frames = n_frames

    def read(self, start: int, stop: int) -> np.ndarray:
        """See `VideoReader.read`."""
        return self.frames[np.arange(start, stop) % len(self.frames)]


def main() -> None:
    """Measure and print."""
    workspace = open_workspace(Path(sys.argv[1]))
    pipeline = load_pipeline(workspace)
    network, n_frames = pipeline.features, int(sys.argv[2])
    frames = np.random.default_rng(0).integers(0, 256, (128, *network.plan.preparation.size, 3), dtype=np.uint8)
    chunk = next(read_chunks(FakeVideo(frames), network.plan))
    with Peak() as own:
        answers = [extract.answer_chunk(chunk, network) for _ in range(3)]
    really, calls = extract.answer_chunk, [0]

    def answer(*given: Any) -> Any:
        calls[0] += 1
        return really(*given) if calls[0] % _EVERY == 1 else answers[0]

    extract.answer_chunk = answer
    with tempfile.TemporaryDirectory() as folder, Peak() as whole:
        path = Path(folder) / "long.npy"
        path.touch()
        workspace_type: Any = type(workspace)
        workspace_type.open_video = lambda *_: Endless(frames, n_frames)
        began = time.perf_counter()
        outcomes = predict_targets(
            workspace, pipeline, [Target("long", path, Path(folder) / "long.h5")], SilentProgress()
        )
        seconds = time.perf_counter() - began
    assert outcomes[0].status == "predicted", outcomes
    print(f"{whole.mb - own.mb:.0f} MB over the {own.mb:.0f} MB of networks and libraries ({seconds:.0f} s)")


if __name__ == "__main__":
    main()
