"""From capture to decision: a file of 640x480 pixels at 30 frames per second, played at its true speed by `deg live`.

Run `python benchmarks/live.py [PRESET] ...`, by default `small` and `deg_rt`. Weights are as they are built, since
what is measured is time. Each preset is shown the same 20 s twice: with and without keeping the recording.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine

from deg_core import Project
from deg_core.data.labels import Labels
from deg_core.testing import untrained_runs

ROOT = Path(__file__).parents[1]
SECONDS, RATE, SIZE = 20, 30, (480, 640)
BEHAVIOURS = ("locomotion", "turning", "grooming", "digging", "rearing", "scratching")

sys.path.insert(0, str(ROOT / "plugins" / "deg-live" / "src"))


def main(presets: list[str]) -> None:
    """Measure and print."""
    from deg_live.recording import Matroska

    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "cage.mkv"
        film = Matroska(video, SIZE, RATE, 23)
        for at in range(SECONDS * RATE):
            film.write(_picture(at), at / RATE)
        film.close()
        for preset in presets:
            root = Path(folder) / preset
            project = Project.create(root, BEHAVIOURS, preset=preset)
            for name in ("one", "two", "three"):  # a split wants three
                project.add(video, name=name)
                project.set_labels(name, Labels(np.zeros((SECONDS * RATE, len(BEHAVIOURS)), np.int8), BEHAVIOURS))
            untrained_runs(project.workspace)
            for options in ([], ["--no-recording"]):
                print(f"\n{preset} {' '.join(options)}\n  {_watch(video, root, options)}", flush=True)


def _picture(at: int) -> np.ndarray:
    """A dark animal that walks over a noisy floor."""
    picture = np.random.default_rng(at).integers(150, 180, (*SIZE, 3), dtype=np.uint8)
    x = 50 + at % 500
    picture[200:260, x : x + 90] = 40
    return picture


def _watch(video: Path, root: Path, options: list[str]) -> str:
    """What the summary says."""
    code = f"import sys; sys.path[:0] = {sys.path!r}; from deg_live.command import live; live()"
    command = [sys.executable, "-c", code, str(video), "-p", str(root), "--json", "--folder", str(root / "live")]
    command += ["--name", f"live{len(options)}", "--latency-bound", "2000", *options]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    summary: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])["summary"]
    frames, latency = summary["frames"], summary["latency_ms"]
    delay = answer.stderr.splitlines()[0].partition("; ")[2]
    return (
        f"{delay}\n  latency {latency['median']:.0f} ms median, {latency['most']:.0f} ms 95 %,"
        f" {latency['maximum']:.0f} ms maximum; {frames['dropped']} of {frames['captured']} frames dropped"
    )


if __name__ == "__main__":
    main(sys.argv[1:] or ["small", "deg_rt"])
