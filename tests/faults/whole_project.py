"""An undamaged project with a file of every kind that deg keeps, and what opens each of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import Pose, Timeline
from deg_core.catalog import Catalog, load_catalog
from deg_core.cli.evaluate import load_report
from deg_core.data.frames import FramePreparation
from deg_core.jobs.decision import thresholds_in_use
from deg_core.jobs.model import Model
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.share import Notice, share
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import SilentProgress
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.layout import Layout
from deg_core.project.manifest import Slot
from deg_core.project.pose_file import load_pose, save_pose
from deg_core.project.records import load_labels, load_record
from deg_core.project.runs import list_runs, load_curves, newest_run, run_chain
from deg_core.project.split_file import load_split
from deg_core.project.store import load_prediction, reading_latents
from deg_core.project.timeline_file import keep_timeline, kept_timeline
from deg_core.training.frame_store import CachePlan, open_sources

GOLDEN = Path(__file__).parents[1] / "golden/project"
BEHAVIOURS = ("groom", "rear, high")
RUN = "runs/sequence-20261124-122658"
READER = Slot(name="hdf5")
N_FRAMES = 40
_PLAN = FramePreparation(size=(16, 16), crop=None, resize="area")


@cache
def catalog() -> Catalog:
    """All plugins, found once."""
    return load_catalog()


def make_whole(root: Path) -> None:
    """The project that an early deg left behind, and files of the kinds that it lacks."""
    shutil.copytree(GOLDEN, root)
    workspace = open_workspace(root, catalog())
    run = newest_run(workspace.layout, "sequence")
    keep_timeline(workspace.layout, _video(root), READER, _uneven())
    with _sources(root):
        pass  # the frames of a video are kept
    (root / "cache/engines.json").write_text(json.dumps({"a": {"engine": "torch 32", "because": ["x"]}}))
    rng = np.random.default_rng(0)
    positions = rng.uniform(0, 16, (N_FRAMES, 1, 3, 2)).astype(np.float32)
    sure = rng.uniform(0, 1, (N_FRAMES, 1, 3)).astype(np.float32)
    save_pose(workspace.layout.pose("monday"), Pose(("a", "b", "c"), ("m",), positions, sure, 25.0, (16, 16)))
    share(
        workspace, load_pipeline(workspace), root / "whole.deg", Notice(), now=datetime(2026, 3, 1, tzinfo=timezone.utc)
    )
    save_hand_thresholds(root / RUN, run, {"groom": 0.25})


def _video(root: Path) -> Path:
    return root / "recordings/monday/monday.h5"


def _uneven() -> Timeline:
    times_s = np.cumsum(np.random.default_rng(1).uniform(0.03, 0.05, N_FRAMES))
    return Timeline("monday", times_s - times_s[0], 25.0)


def _sources(root: Path) -> Any:
    videos = {"monday": _video(root)}
    plan = CachePlan(root / "cache", _PLAN, 1.0)
    return open_sources(videos, open_workspace(root, catalog()).open_video, plan, SilentProgress())


@dataclass(frozen=True)
class Kept:
    """A kind of file that deg keeps.

    Attributes:
        path: Of one such file, in the project; may hold a `*`.
        open: Reads it, given the project's folder; gives what can be compared.
        is_exact: Whether nothing but the whole file's meaning may come of a damaged one: it is checked by digests, or
            what is damaged is made anew.
        is_text: Whether it is text.
    """

    path: str
    open: Callable[[Path], Any]
    is_exact: bool = False
    is_text: bool = False

    def of(self, root: Path) -> Path:
        """Where it lies in a project."""
        (path,) = root.glob(self.path)
        return path


def _workspace(root: Path) -> Workspace:
    return open_workspace(root, catalog())


def _manifest(root: Path) -> Any:
    return _workspace(root).manifest.behaviours


def _record(root: Path) -> Any:
    record = load_record(Layout(root), "monday")
    assert isinstance(record.video_path, Path)
    return record.video_path.name, dict(record.groups)


def _labels(root: Path) -> Any:
    labels = load_labels(load_record(Layout(root), "monday"), BEHAVIOURS)
    assert labels is not None
    return labels.marks


def _split(root: Path) -> Any:
    split = load_split(Layout(root))
    seen = [
        (s.record, frame) for part in ("train", "validation", "test") for s in split.part(part) for frame in _few(s)
    ]
    assert len(seen) == len(set(seen)), "a frame in two parts"
    return split


def _few(span: Any) -> range:
    assert 0 <= span.start < span.stop, f"a span from {span.start} to {span.stop}"
    return range(span.start, min(span.stop, span.start + 1000))


def _card(root: Path) -> Any:
    workspace = _workspace(root)
    list_runs(workspace.layout)
    chain = run_chain(workspace.layout, newest_run(workspace.layout, "sequence").run_id)
    thresholds = thresholds_in_use(workspace, chain[0])
    assert thresholds.shape == (len(chain[0].behaviours),)
    assert ((thresholds >= 0) & (thresholds <= 1)).all(), f"thresholds {thresholds}"
    return [run.model_dump_json() for run in chain]


def _weights(root: Path) -> Any:
    pipeline = load_pipeline(_workspace(root))
    return [tensor.tolist() for tensor in pipeline.sequence.state_dict().values()]


def _curves(root: Path) -> Any:
    return {name: column.tolist() for name, column in load_curves(root / RUN).items()}


def _prediction(root: Path) -> Any:
    path = root / "predictions/wednesday.h5"
    prediction = load_prediction(path)
    made = prediction.decisions
    n_frames, n_behaviours = made.present.shape
    assert made.probabilities.shape == (n_frames, n_behaviours) == (n_frames, len(made.behaviours))
    assert made.thresholds.shape == (n_behaviours,)
    assert len(made.logits) == n_frames
    assert prediction.ethogram.bouts() is not None
    with reading_latents(path) as store:
        assert len(store.read("latents", 0, store.n_frames)) == store.n_frames
    return made.present


def _pose(root: Path) -> Any:
    return load_pose(Layout(root).pose("monday")).positions_TMB2


def _thresholds(root: Path) -> Any:
    workspace = _workspace(root)
    return thresholds_in_use(workspace, newest_run(workspace.layout, "sequence")).tolist()


def _model(root: Path) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "whole.deg")
        shutil.copyfile(root / "whole.deg", path)
        model = Model(path, catalog=catalog())
        files = sorted(each for each in model.workspace.layout.root.rglob("*") if each.is_file())
        return [hashlib.sha256(each.read_bytes()).hexdigest() for each in files]


def _timeline(root: Path) -> Any:
    timeline = kept_timeline(Layout(root), _video(root), READER) or _uneven()
    return timeline.times_s.tolist(), timeline.frames_per_second


def _frames(root: Path) -> Any:
    with _sources(root) as sources:
        frames = sources["monday"].read(0, N_FRAMES)
        return frames.shape, str(frames.dtype)


def _engines(root: Path) -> Any:
    from deg_core.jobs.engines import _recall

    known = _recall(root / "cache/engines.json")
    assert isinstance(known, dict)
    return "anything"


def _report(root: Path) -> Any:
    return load_report(root).model_dump_json()


KINDS: dict[str, Kept] = {
    "project file": Kept("project.yaml", _manifest, is_text=True),
    "recording": Kept("recordings/monday/recording.yaml", _record, is_text=True),
    "labels": Kept("recordings/monday/labels.csv", _labels, is_text=True),
    "split": Kept("split.yaml", _split, is_text=True),
    "card": Kept(f"{RUN}/run.json", _card, is_text=True),
    "weights": Kept(f"{RUN}/weights.safetensors", _weights, is_exact=True),
    "curves": Kept(f"{RUN}/metrics.csv", _curves, is_text=True),
    "prediction": Kept("predictions/wednesday.h5", _prediction),
    "pose": Kept("recordings/monday/pose.h5", _pose),
    "thresholds": Kept(f"{RUN}/thresholds.yaml", _thresholds, is_text=True),
    "model": Kept("whole.deg", _model, is_exact=True),
    "timeline": Kept("cache/timelines/*.npz", _timeline, is_exact=True),
    "frames": Kept("cache/monday/*.npy", _frames, is_exact=True),
    "engines": Kept("cache/engines.json", _engines, is_text=True),
    "report": Kept("evaluation.json", _report, is_text=True),
}


def mend_card(root: Path) -> None:
    """Let the card tell of the weights that are there, as somebody with bad intent would."""
    card = root / RUN / "run.json"
    values = json.loads(card.read_text())
    values["weights_sha256"] = hashlib.sha256((root / RUN / "weights.safetensors").read_bytes()).hexdigest()
    card.write_text(json.dumps(values))
