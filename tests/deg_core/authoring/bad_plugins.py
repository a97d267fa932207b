"""Source trees of distributions with one fault each, for `test_check.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

METRIC = """
from deg_core.api import MetricPlugin, NoSettings, Score, hookimpl

def score(probabilities, present, labels):
    return Score(1.0, (1.0,) * labels.shape[1])

@hookimpl
def deg_metrics():
    yield MetricPlugin(name="NAME", summary="always right", settings=NoSettings, goal="max", score=score)
"""

SEQUENCE = """
import os
from deg_core.api import NoSettings, SequenceModelPlugin, hookimpl

def build(settings, n_latents, n_outputs):
    import random
    import torch
    from torch import nn

    class Model(nn.Module):
        receptive_field = 1

        def __init__(self):
            super().__init__()
            self.head = nn.Linear(n_latents, n_outputs)

        def forward(self, latents, valid):
            return self.head(latents)

    BUILD

@hookimpl
def deg_sequence_models():
    yield SequenceModelPlugin(name="NAME", summary="a linear layer", settings=NoSettings, build=build)
"""

READER = """
import os
from pathlib import Path
import numpy as np
from deg_core.api import NoSettings, VideoError, VideoReaderPlugin, hookimpl

KEPT = []

class Video:
    frames_per_second = 25.0

    def __init__(self, path, settings):
        try:
            self.frames = np.load(path)
        except (OSError, ValueError, EOFError) as error:
            raise VideoError(str(error), where=str(path), fix="save it again") from None
        self.n_frames, self.process = len(self.frames), os.getpid()
        OPEN

    def read(self, start, stop):
        if not 0 <= start < stop <= self.n_frames:
            raise VideoError("not there", where=str(start), fix="ask for less")
        READ
        return self.frames[start:stop].copy()

    def close(self):
        pass

reader = VideoReaderPlugin(
    name="NAME", summary="arrays", settings=NoSettings, suffixes=frozenset({".npy"}), open=Video
)

@hookimpl
def deg_video_readers():
    yield reader
"""

READER_TEST = """
import numpy as np
from deg_core.testing import VideoReaderContract
from PACKAGE import reader

class TestReader(VideoReaderContract):
    plugin = reader
    suffix = ".npy"

    def write_video(self, path, frames, frames_per_second):
        np.save(path, frames)
"""


@dataclass(frozen=True)
class Bad:
    """A distribution, what must be said of it, and what to do."""

    module: str
    said: str
    fix: str
    requires: tuple[str, ...] = ("deg-ethogram>=0.1,<1",)
    test: str = ""
    contracts: bool = field(default=False)


def model(build: str) -> str:
    return SEQUENCE.replace("BUILD", build)


def video(opened: str = "pass", read: str = "pass") -> str:
    return READER.replace("OPEN", opened).replace("READ", read)


BAD = {
    "fails-on-import": Bad("import a_module_that_is_not_there", "a_module_that_is_not_there", "mend it"),
    "prints-on-import": Bad(METRIC + "\nprint('hello')", "prints on import: 'hello'", "say nothing"),
    "slow-to-import": Bad("import time\ntime.sleep(0.7)" + METRIC, "s to import", "inside the function"),
    "never-imported": Bad("import time\ntime.sleep(99)", "is not imported after 6 s", "do no work"),
    "ends-the-process": Bad("import os\nos._exit(3)", "ends the process that imports it", "do no work"),
    "wrong-type": Bad(METRIC.replace("deg_metrics", "deg_losses"), "must yield LossPlugin", "leaves out"),
    "seeds-on-import": Bad(
        "import numpy as np\nnp.random.seed(1)" + METRIC, "global random state", "generator of your own"
    ),
    "claims-a-name": Bad(METRIC.replace("NAME", "fake-agreement"), "claims a name that given has", "another name"),
    "needs-a-newer-deg": Bad(METRIC, "a newer deg than", "install that deg", requires=("deg-ethogram>=9",)),
    "needs-an-older-deg": Bad(METRIC, "an older deg than", "install that deg", requires=("deg-ethogram<0.0.1",)),
    "needs-what-is-missing": Bad(METRIC, "which is not installed", "pip install", requires=("a-lib-nobody-has>=2",)),
    "needs-another-numpy": Bad(METRIC, "but numpy", "suits all", requires=("numpy<1.0",)),
    "uses-what-is-not-published": Bad(
        "from deg_core.catalog import Source" + METRIC, "imports deg_core.catalog", "from deg_core.api alone"
    ),
    "uses-what-never-was": Bad(
        "from deg_core.api import NeverWas" + METRIC, "uses deg_core.api.NeverWas", "docs/api-changes.md"
    ),
    "offers-nothing": Bad("NOTHING = 1", "offers nothing", "@hookimpl"),
    "dies-while-tried": Bad(
        model("os._exit(5)"), "ends the process that tries it", "run its contract tests", contracts=True
    ),
}
"""Each looked at alone."""

PROMISES = {
    "builds-a-wrong-type": Bad(model("return print"), "is a module on the cpu", "moves it to the device"),
    "changes-the-random-state": Bad(
        model("random.seed(0)\n    return Model()"), "leaves global random state alone", "torch alone"
    ),
    "gives-nan": Bad(
        model("m = Model()\n    m.head.bias.data.fill_(float('nan'))\n    return m"),
        "answers are finite",
        "without any content",
    ),
    "a-frame-too-few": Bad(
        model("Model.forward = lambda self, latents, valid: self.head(latents)[:, :-1]\n    return Model()"),
        "gives logits for every frame",
        "However short",
    ),
    "leaks-memory": Bad(
        video("KEPT.append(self.frames)"),
        "leaves nothing behind when closed",
        "neither memory",
        test=READER_TEST,
    ),
    "crashes-in-a-worker": Bad(
        video(read="if os.getpid() != self.process: os._exit(1)"),
        "died with exit status 1",
        "Where training reads",
        test=READER_TEST,
    ),
    "a-short-last-read": Bad(
        video(read="stop -= stop == self.n_frames and stop - start > 1"),
        "gives 8 bit rgb as many as asked for",
        "Never fewer frames",
        test=READER_TEST,
    ),
}
"""Plugins that break their contracts, of one distribution, so that one process tries them all."""


def write_tree(name: str, modules: dict[str, Bad], folder: Path) -> Path:
    """Write the source tree of a distribution with a module for each fault."""
    root = folder / name
    (root / "src").mkdir(parents=True)
    for fault, bad in modules.items():
        package = fault.replace("-", "_")
        text = dedent(bad.module).replace("NAME", fault)
        (root / "src" / f"{package}.py").write_text(text, encoding="utf-8")
        if bad.test:
            (root / "tests").mkdir(exist_ok=True)
            text = bad.test.replace("PACKAGE", package)
            (root / "tests" / f"test_{package}.py").write_text(text, encoding="utf-8")
    requires = ", ".join(f'"{each}"' for bad in modules.values() for each in bad.requires)
    points = "".join(f'{fault} = "{fault.replace("-", "_")}"\n' for fault in modules)
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "deg-{name}"\nversion = "1.2"\ndependencies = [{requires}]\n'
        f"[project.entry-points.deg]\n{points}",
        encoding="utf-8",
    )
    return root
