"""Where features of frames come from: latents of a project's predictions, or files that somebody brings.

Axes: T frames, D features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Protocol

import h5py
import numpy as np
from deg_core.api import HDF5_ERRORS, ProjectError, open_hdf5
from numpy.typing import NDArray

if TYPE_CHECKING:
    from deg_core import Project


class FeatureSource(Protocol):
    """Gives features of recordings, one at a time, so that never more than one has to be in memory.

    Attributes:
        described: What they are, for reports.
        names: Recordings that have some.
        run_id: The sequence run that the features belong to, whose split they have to be judged by; None for files.
        videos: What to open to see a recording, by name.
    """

    @property
    def described(self) -> str:
        """See above."""

    @property
    def names(self) -> tuple[str, ...]:
        """See above."""

    @property
    def run_id(self) -> str | None:
        """See above."""

    @property
    def videos(self) -> Mapping[str, str]:
        """See above."""

    def read(self, name: str) -> NDArray[np.float32]:
        """Features of a recording; shape (T, D), finite.

        Raises:
            ProjectError: They cannot be read.
        """


@dataclass(frozen=True, slots=True)
class ProjectLatents:
    """Latents of a project's predictions."""

    project: Project
    described: str
    videos: Mapping[str, str]
    run_id: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """See `FeatureSource`."""
        return tuple(sorted(self.videos))

    def read(self, name: str) -> NDArray[np.float32]:
        """See `FeatureSource`."""
        return self.project.latents(name)[0]


def latents_of(project: Project, others: Sequence[str] = ()) -> ProjectLatents:
    """Latents of every recording that is predicted.

    Args:
        project: The project.
        others: Other videos, by path, that are predicted too.

    Raises:
        ProjectError: None is predicted, one of the others is not, or they are predictions of several runs, whose
            latents have nothing in common.
    """
    predicted = [r.name for r in project.recordings() if project.workspace.layout.prediction(r.name).is_file()]
    videos = {**{name: name for name in predicted}, **{Path(other).stem: other for other in others}}
    runs = {name: project.prediction(video).decisions.sequence_run for name, video in videos.items()}
    if not runs:
        raise ProjectError(
            "no recording is predicted yet, so there are no latents",
            where=str(project.workspace.layout.predictions),
            fix="deg predict, or bring features of your own: --features FOLDER",
        )
    first, *different = sorted(set(runs.values()))
    if different:
        one, other = (next(name for name, run in runs.items() if run == each) for each in (first, different[0]))
        raise ProjectError(
            f"predicted by several runs: {one} by {first}, {other} by {different[0]}",
            where=str(project.workspace.layout.predictions),
            fix="predict all by one: deg predict",
        )
    run_id = first.partition(":")[0]
    return ProjectLatents(project, f"latents of {run_id}", videos, run_id)


@dataclass(frozen=True, slots=True)
class FeatureFiles:
    """A folder with a file of features for each recording, NAME.npy or NAME.h5."""

    folder: Path
    dataset: str | None
    described: str
    names: tuple[str, ...]
    run_id: str | None = None

    @property
    def videos(self) -> Mapping[str, str]:
        """See `FeatureSource`."""
        return {name: name for name in self.names}

    def read(self, name: str) -> NDArray[np.float32]:
        """See `FeatureSource`."""
        path = next(path for path in _candidates(self.folder, name) if path.is_file())
        try:
            values = np.load(path, allow_pickle=False) if path.suffix == ".npy" else self._read_h5(path)
        except (*HDF5_ERRORS, EOFError, SyntaxError, TokenError) as error:  # the last two of a damaged header
            raise ProjectError(
                f"these features cannot be read: {error}",
                where=str(path),
                fix="write a table of numbers, a row per frame, as .npy or as a dataset of an HDF5 file",
            ) from error
        if values.ndim != 2 or values.dtype.kind not in "fiu" or not np.isfinite(values).all():
            raise ProjectError(
                f"features are a table of finite numbers, a row per frame; this is {values.dtype} of {values.shape}"
                + (", not all finite" if values.dtype.kind == "f" else ""),
                where=str(path),
                fix="fill gaps, or leave such columns out",
            )
        return np.asarray(values, dtype=np.float32)

    def _read_h5(self, path: Path) -> NDArray[np.float64]:
        with open_hdf5(path) as file:
            tables = [name for name, each in file.items() if isinstance(each, h5py.Dataset) and each.ndim == 2]
            name = self.dataset or (tables[0] if len(tables) == 1 else None)
            if name is None or not isinstance(file.get(name), h5py.Dataset):
                raise ProjectError(
                    f"no dataset {name!r}" if name else f"{len(tables)} tables to choose from",
                    where=str(path),
                    fix=f"name one: --dataset {'|'.join(tables) or 'NAME'}",
                )
            return np.asarray(file[name])


def features_in(folder: Path, dataset: str | None, names: Sequence[str]) -> FeatureFiles:
    """Features of those recordings that have a file in a folder.

    Args:
        folder: Where the files are.
        dataset: Name of the dataset in HDF5 files; None where there is only one table.
        names: Recordings of the project.

    Raises:
        ProjectError: None of them has a file.
    """
    found = tuple(name for name in names if any(path.is_file() for path in _candidates(folder, name)))
    if not found:
        raise ProjectError(
            "no recording has a file of features here",
            where=str(folder),
            fix=f"name them after recordings: {', '.join(f'{name}.npy' for name in names[:3]) or 'there are none'}",
        )
    return FeatureFiles(folder, dataset, f"features in {folder.name}", found)


def _candidates(folder: Path, name: str) -> list[Path]:
    return [folder / f"{name}{suffix}" for suffix in (".npy", ".h5", ".hdf5")]
