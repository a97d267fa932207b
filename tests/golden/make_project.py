"""Makes what is missing of `project` and `labels`, in a few seconds: `python tests/golden/make_project.py`.

What lies there was written by a released layout of files and must stay readable, so nothing is written over. A label
format that is new gets its file. Remove the whole project only to change a layout that nobody has yet, make it again,
and bring the values in `test_golden.py` up to date.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np
from numpy.typing import NDArray

from deg_core import Project
from deg_core.api import LabelFormatPlugin, Labels, Timeline
from deg_core.catalog import load_catalog
from deg_core.project.records import save_labels

HERE = Path(__file__).parent
BEHAVIOURS = ("groom", "rear, high")
N_FRAMES = 40
RATE = 25.0
NAMES = ("monday", "tuesday", "wednesday")
KEPT = ("project.yaml", "split.yaml", "evaluation.json", "recordings", "predictions/wednesday.h5")
KEPT_OF_A_RUN = ("run.json", "weights.safetensors", "metrics.csv")

MANIFEST = """\
# A project as it was when deg 0.1 was released.
deg: 1
name: golden
behaviours: [groom, "rear, high"]
image: {size: [16, 16], padding: mean}
flow:
  name: tiny-motion-net
  settings: {n_frames: 2, width: 1}
  training: {max_epochs: 2, steps_per_epoch: 2, batch_size: 2}
features:
  name: pixel-pca
  settings: {size: 8, n_components: 3, movement: signed}
sequence:
  name: tgmj
  settings: {n_layers: 1, filter_length: 3, n_filters: 2, n_views: 2, n_hidden: 4}
  length: 20
  loss: {name: focal-bce, settings: {gamma: 2.0}}
  training: {max_epochs: 20, steps_per_epoch: 5, batch_size: 4, learning_rate: 0.02, monitor: f1}
thresholds: {method: fixed, value: 0.4}
postprocess: {name: min-bout, settings: {frames: 2}}
metrics: [accuracy, f1]
device: cpu
seed: 7
"""


def marks_of(number: int) -> NDArray[np.int8]:
    """What happens in a recording; its last five frames nobody looked at."""
    marks = np.zeros((N_FRAMES, 2), dtype=np.int8)
    marks[3 + number : 11 + number, 0] = marks[22:27, 0] = 1
    marks[8:14, 1] = marks[29 - number : 33, 1] = 1
    marks[-5:] = -1
    return marks


def film(marks: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Red where it grooms, blue rising where it rears; (T, 16, 16, 3)."""
    frames = np.full((len(marks), 16, 16, 3), 60, dtype=np.uint8)
    frames[marks[:, 0] == 1, :8, :, 0] = 200
    for frame in np.flatnonzero(marks[:, 1] == 1):
        frames[frame, 15 - frame % 8 :, :, 2] = 220
    return frames


def write_video(path: Path, frames: NDArray[np.uint8]) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("frames", data=frames, compression="gzip")
        file.attrs["frames_per_second"] = RATE


def make_project(root: Path) -> Project:
    root.mkdir()
    (root / "project.yaml").write_text(MANIFEST, encoding="utf-8")
    project = Project(root)
    for number, name in enumerate(NAMES):
        video = root.parent / f"{name}.h5"
        write_video(video, film(marks_of(number)))
        project.add(video, groups={"animal": f"m{number}"}, copy=True)
        save_labels(project.workspace.layout, name, Labels(marks_of(number), BEHAVIOURS, RATE))
    project.split()
    for stage in ("flow", "features", "sequence"):
        project.train(stage)  # type: ignore[arg-type]
    project.predict("wednesday")
    project.evaluate()
    return project


def keep(root: Path, folder: Path) -> None:
    """Copy what people have of a project, without what deg makes again by itself."""
    runs = [f"runs/{run.name}/{each}" for run in (root / "runs").iterdir() for each in KEPT_OF_A_RUN]
    for name in [*KEPT, *runs]:
        source, target = root / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copyfile(source, target)


def write_labels(folder: Path, behaviours: Sequence[str]) -> None:
    """One file in every format that can be written, where there is none yet."""
    labels = Labels(marks_of(0), tuple(behaviours), RATE)
    folder.mkdir(exist_ok=True)
    for offer in load_catalog().of_kind(LabelFormatPlugin):
        plugin = offer.plugin
        path = folder / f"{plugin.name}{plugin.suffixes[0]}"
        if plugin.write is not None and not path.exists():
            plugin.write(path, labels, plugin.settings(), Timeline.regular("monday", N_FRAMES, RATE))


def main() -> None:
    if not (HERE / "project").exists():
        with TemporaryDirectory() as folder:
            make_project(Path(folder) / "golden")
            keep(Path(folder) / "golden", HERE / "project")
    write_labels(HERE / "labels", BEHAVIOURS)


if __name__ == "__main__":
    main()
