"""Which frames may be looked at for what, and their features.

Axes: T frames of a recording, F frames of several, D features, K behaviours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from deg_core.api import DegError, Progress, ProjectError, Span, Split
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from deg_unsupervised.sources import FeatureSource

if TYPE_CHECKING:
    from deg_core import Project

Part = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True)
class Recordings:
    """What is known of the recordings that take part.

    Attributes:
        n_frames: Frames of each, by name.
        frames_per_second: Of each, Hz.
        marks: Labels of each that has some, 1, 0 or -1; shape (T, K).
        split: Which frames play which part; None where nothing is split.
    """

    n_frames: Mapping[str, int]
    frames_per_second: Mapping[str, float]
    marks: Mapping[str, NDArray[np.int8]]
    split: Split | None

    def held_out(self, name: str) -> NDArray[np.bool_]:
        """True where a frame is for validation or test, so that nothing may be learnt from it; shape (T,)."""
        spans = () if self.split is None else (*self.split.validation, *self.split.test)
        return self._inside(name, spans)

    def inside(self, name: str, part: Part) -> NDArray[np.bool_]:
        """True where a frame belongs to a part; shape (T,)."""
        return self._inside(name, () if self.split is None else self.split.part(part))

    def _inside(self, name: str, spans: Sequence[Span]) -> NDArray[np.bool_]:
        inside = np.zeros(self.n_frames[name], bool)
        for span in spans:
            if span.record == name:
                inside[span.start : span.stop] = True
        return inside


def known_recordings(project: Project, source: FeatureSource, progress: Progress) -> Recordings:
    """Look at every recording that has features.

    Raises:
        ProjectError: Features and labels of a recording differ in length.
    """
    n_frames, rates, marks = {}, {}, {}
    with progress.task("recordings", len(source.names)) as task:
        for name in source.names:
            n_frames[name] = len(source.read(name))
            labels = project.labels(name)
            if labels is not None and labels.n_frames != n_frames[name]:
                raise ProjectError(
                    f"features of {n_frames[name]} frames, labels of {labels.n_frames}",
                    where=f"recording {name!r}",
                    fix="make features of every frame, or import the labels again: deg import-labels",
                )
            if labels is not None:
                marks[name] = labels.marks
            rates[name] = _rate(project, name)
            task.advance()
    return Recordings(n_frames, rates, marks, _split_of(project, source))


def _rate(project: Project, name: str) -> float:
    if project.workspace.layout.prediction(name).is_file():
        return project.prediction(name).frames_per_second
    video = project.open_video(name)  # features of a recording that nobody has predicted
    try:
        return video.frames_per_second
    finally:
        video.close()


def _split_of(project: Project, source: FeatureSource) -> Split | None:
    """The split on the card of the run whose latents they are, else the project's; None where there is none."""
    for split in (_split_of_run, _split_of_project):
        try:
            return split(project, source.run_id)
        except DegError:
            continue
    return None


def _split_of_run(project: Project, run_id: str | None) -> Split:
    if run_id is None:
        return _split_of_project(project, run_id)
    return Split(project.spans("train", run_id), project.spans("validation", run_id), project.spans("test", run_id))


def _split_of_project(project: Project, _: str | None) -> Split:
    return project.workspace.split()


def smooth(features_TD: NDArray[np.float32], seconds: float, frames_per_second: float) -> NDArray[np.float32]:
    """Means over the frames around each one; as many as fit into so many seconds, an odd number."""
    n_frames = 2 * round((seconds * frames_per_second - 1) / 2) + 1
    if n_frames <= 1:
        return features_TD
    return np.asarray(uniform_filter1d(features_TD, n_frames, axis=0, mode="nearest"), dtype=np.float32)


def gather(
    source: FeatureSource, recordings: Recordings, n_frames: int, smooth_s: float, progress: Progress
) -> NDArray[np.float32]:
    """Features (F, D) of at most `n_frames`, evenly spread over all frames that are not held out.

    Raises:
        ProjectError: Recordings differ in the number of features.
    """
    free = {name: np.flatnonzero(~recordings.held_out(name)) for name in source.names}
    total = sum(map(len, free.values()))
    kept = np.linspace(0, total - 1, min(total, n_frames)).round().astype(np.int64) if total else np.empty(0, np.int64)
    pieces: list[NDArray[np.float32]] = []
    before = 0
    with progress.task("features", len(free)) as task:
        for name, frames in free.items():
            here = frames[kept[(kept >= before) & (kept < before + len(frames))] - before]
            before += len(frames)
            if len(here):
                pieces.append(smooth(source.read(name), smooth_s, recordings.frames_per_second[name])[here])
                _check_width(pieces, name)
            task.advance()
    return np.concatenate(pieces) if pieces else np.empty((0, 0), np.float32)


def _check_width(pieces: Sequence[NDArray[np.float32]], name: str) -> None:
    first, last = pieces[0].shape[1], pieces[-1].shape[1]
    if first != last:
        raise ProjectError(
            f"{last} features per frame, where other recordings have {first}",
            where=f"recording {name!r}",
            fix="make features of all recordings in the same way",
        )
