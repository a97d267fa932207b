"""A prediction needs as much memory for a long video as for a short one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from deg_core.testing.projects import tiny_project, untrained_runs

ROOT = Path(__file__).parents[3]
SIZE = 48

SCRIPT = f"""
    import resource, sys
    from pathlib import Path
    import numpy as np
    from deg_core.descriptors import NoSettings, VideoReaderPlugin
    from deg_core.jobs.models import load_pipeline
    from deg_core.jobs.predict import find_targets, predict_targets
    from deg_core.jobs.workspace import open_workspace
    from deg_core.progress import SilentProgress
    from deg_core.testing import FAKES, only_plugins

    NOISE = np.random.default_rng(0).integers(0, 256, (200, {SIZE}, {SIZE}, 3), dtype=np.uint8)

    class Endless:
        frames_per_second = 30.0
        def __init__(self, n_frames):
            self.n_frames = n_frames
        def read(self, start, stop):
            return NOISE[start % 99 : start % 99 + stop - start].copy()
        def close(self):
            pass

    def open_endless(path, settings):
        return Endless(int(path.stem))

    endless = VideoReaderPlugin(
        name="endless", summary="", settings=NoSettings, suffixes=frozenset({{".endless"}}), open=open_endless
    )
    workspace = open_workspace(Path(sys.argv[1]), only_plugins(*FAKES, endless))
    pipeline = load_pipeline(workspace)
    unit = 1 if sys.platform == "darwin" else 1024
    peaks = []
    for video in sys.argv[2:]:
        outcomes = predict_targets(workspace, pipeline, find_targets(workspace, [video]), SilentProgress())
        assert outcomes[0].status == "predicted", outcomes
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
    print((peaks[-1] - peaks[-2]) >> 20)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory of a process is asked for as POSIX does")
def test_memory_does_not_grow_with_the_video(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"image": {"size": [SIZE, SIZE]}})
    untrained_runs(project)
    videos = [tmp_path / f"{n_frames}.endless" for n_frames in (999, 1000, 20000)]
    for video in videos:
        video.touch()
    arguments = [sys.executable, "-c", dedent(SCRIPT), str(project.layout.root), *map(str, videos)]
    answer = subprocess.run(arguments, check=False, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) < 50  # MB; the frames of the long video alone are 138
