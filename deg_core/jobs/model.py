"""A shared model, which predicts without any project; for commands, scripts and notebooks."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from deg_core.catalog import Catalog, load_catalog
from deg_core.data.hdf5 import open_hdf5
from deg_core.descriptors import KINDS
from deg_core.errors import DegError, PluginNotFoundError, ProjectError
from deg_core.jobs.export import Writer, export_targets
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.live import LiveSession
from deg_core.jobs.models import TrainedPipeline, load_pipeline
from deg_core.jobs.predict import Outcome, Target, distinct, predict_targets
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import Progress, SilentProgress
from deg_core.project.model_card import ModelCard
from deg_core.project.model_file import read_model_card, unpack
from deg_core.project.store import Prediction, load_prediction

_ALIKE = 1.2
"""Frame rates up to this factor apart are taken for alike."""


class Model:
    """A file of `deg share`.

    ```python
    from deg_core import Model

    model = Model("mouse.deg")
    print(model.card.text())
    model.predict("monday.mp4", "tuesday.mp4")
    print(model.prediction("monday.mp4").ethogram.bouts())
    ```

    Inside it is a project without recordings, unpacked for as long as this object lives.

    Args:
        path: The file.
        progress: Who is told how far long jobs are; by default nobody.
        catalog: Plugins to choose from; by default all that are installed.

    Raises:
        CheckpointError: It is missing, damaged, something else, or made by a newer deg.
        PluginNotFoundError: It needs a plugin that is not installed.
    """

    def __init__(self, path: str | Path, progress: Progress | None = None, catalog: Catalog | None = None) -> None:
        self._path = Path(path)
        self._progress = progress or SilentProgress()
        self._card = read_model_card(self._path)
        catalog = catalog if catalog is not None else load_catalog()
        check_plugins(self._card, catalog, self._path)
        folder = Path(mkdtemp(prefix="deg-model-")).resolve()
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        unpack(self._path, folder)
        with self._naming(folder):
            self._workspace = open_workspace(folder, catalog)
            self._pipeline = load_pipeline(self._workspace, self._card.runs[0])

    @property
    def card(self) -> ModelCard:
        """What it is, how good, and what it needs."""
        return self._card

    @property
    def workspace(self) -> Workspace:
        """It as a project without recordings."""
        return self._workspace

    @property
    def pipeline(self) -> TrainedPipeline:
        """Its networks."""
        return self._pipeline

    def predict(
        self,
        *videos: str | Path,
        output: str | Path | None = None,
        label_format: str | None = None,
        anew: bool = False,
        poses: Sequence[str | Path] = (),
    ) -> list[Outcome]:
        """Predict videos into an HDF5 file each, beside them or in a folder; one that fails does not stop the others.

        Args:
            *videos: Video files.
            output: Where the predictions go; by default beside each video.
            label_format: A format in which what is present is written beside each prediction.
            anew: Predict also what this model has predicted already.
            poses: For a model that looks at pose: the pose file of each video.
        """
        targets = video_targets([Path(video) for video in videos], Path(output) if output else None)
        if poses:
            choice = FormatChoice()
            targets = [replace(t, pose_file=(Path(p), choice)) for t, p in zip(targets, poses, strict=True)]
        writer = None if label_format is None else Writer(self._workspace, FormatChoice(label_format))
        outcomes = predict_targets(self._workspace, self._pipeline, targets, self._progress, anew=anew)
        if writer is not None:
            export_targets(writer, [outcome.target for outcome in outcomes if outcome.error is None])
        return outcomes

    def live(self, look_ahead: int | None = None) -> LiveSession:
        """Decide about frames as they come.

        Args:
            look_ahead: Frames of latents that the sequence model sees behind a frame before it decides about it; by
                default as many as the model says that it looks ahead, or 5 where it does not say.

        Raises:
            ProjectError: The model looks at pose, or at whole recordings.
        """
        return LiveSession(self._workspace, self._pipeline, look_ahead)

    def prediction(self, video: str | Path, output: str | Path | None = None) -> Prediction:
        """What it said about a video."""
        (target,) = video_targets([Path(video)], Path(output) if output else None)
        return load_prediction(target.prediction_path)

    @contextmanager
    def _naming(self, folder: Path) -> Iterator[None]:
        """Let errors tell of the file and not of where it is unpacked."""
        try:
            yield
        except DegError as error:
            error.where = error.where.replace(str(folder), str(self._path))
            raise


def check_plugins(card: ModelCard, catalog: Catalog, path: Path) -> None:
    """Refuse a model whose plugins are not installed.

    Raises:
        PluginNotFoundError: Names the first, its distribution and version.
    """
    kinds = {kind.kind: kind for kind in KINDS}
    for plugin in card.plugins:
        kind = kinds.get(plugin.kind)
        offers = [o for o in catalog.of_kind(kind) if o.plugin.name == plugin.name] if kind is not None else []
        if not any(offer.source.distribution == plugin.distribution for offer in offers):
            others = f"; the one installed is of {offers[0].source}" if offers else ""
            version = f"=={plugin.version}" if plugin.version else ""
            failures = "".join(f"\n{failure}" for failure in catalog.failures)
            raise PluginNotFoundError(
                f"the model needs {plugin}, which is not installed{others}",
                where=str(path),
                fix=f"install it: pip install {plugin.distribution}{version}{failures}",
            )


def other_versions(card: ModelCard, catalog: Catalog) -> list[str]:
    """Plugins of the model that are installed in another version, in words."""
    installed = {(o.plugin.kind, o.plugin.name, o.source.distribution): o.source.version for o in catalog.offers}
    told = []
    for plugin in card.plugins:
        version = installed.get((plugin.kind, plugin.name, plugin.distribution), plugin.version)
        if version != plugin.version:
            told.append(f"made with {plugin}, installed is {version}")
    return told


def video_targets(videos: Sequence[Path], folder: Path | None) -> list[Target]:
    """Videos, and where what is said of them goes: into a folder, or beside each.

    Raises:
        ProjectError: A video is not there, two would write the same file, or one would write over a file of others.
    """
    targets = []
    for video in videos:
        if not video.exists():
            raise ProjectError("there is no such video", where=str(video), fix="mend its path")
        target = Target(video.stem, video.resolve(), (folder or video.resolve().parent) / f"{video.stem}.h5")
        if target.prediction_path.is_file() and not _is_prediction(target.prediction_path):
            raise ProjectError(
                "there is a file of this name that no prediction of deg is",
                where=str(target.prediction_path),
                fix="move it, or have predictions elsewhere: --output FOLDER",
            )
        targets.append(target)
    return distinct(targets, {})


def _is_prediction(path: Path) -> bool:
    try:
        with open_hdf5(path) as file:
            return "deg_format" in file.attrs
    except OSError:
        return False


def rate_remark(card: ModelCard, target: Target) -> str | None:
    """A word about a video whose frame rate is far from those that the model learned from; None where it is not."""
    rates = card.frames_per_second
    if rates is None:
        return None
    rate = load_prediction(target.prediction_path).frames_per_second
    if rates[0] / _ALIKE <= rate <= rates[1] * _ALIKE:
        return None
    learned = f"{rates[0]:.4g}" if rates[0] == rates[1] else f"{rates[0]:.4g} to {rates[1]:.4g}"
    return f"{target.name} has {rate:.4g} frames per second, the model learned from {learned}: it may well be wrong"
