"""Where everything in a project lies. The only maker of paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a project.

    Attributes:
        root: The project's folder, absolute.
    """

    root: Path

    @property
    def manifest(self) -> Path:
        """The project file, written by people."""
        return self.root / "project.yaml"

    @property
    def split(self) -> Path:
        """Which frames are for training, validation and test."""
        return self.root / "split.yaml"

    @property
    def lock(self) -> Path:
        """Exact software, for pip."""
        return self.root / "deg-lock.txt"

    @property
    def recordings(self) -> Path:
        """One folder per recording."""
        return self.root / "recordings"

    def recording(self, name: str) -> Path:
        """The folder of a recording."""
        return self.recordings / name

    def pose(self, name: str) -> Path:
        """Where the keypoints of a recording are."""
        return self.recording(name) / "pose.h5"

    @property
    def runs(self) -> Path:
        """One folder per training run."""
        return self.root / "runs"

    def run(self, run_id: str) -> Path:
        """The folder of a run."""
        return self.runs / run_id

    @property
    def predictions(self) -> Path:
        """One HDF5 file per recording."""
        return self.root / "predictions"

    def prediction(self, name: str) -> Path:
        """What deg says about a recording."""
        return self.predictions / f"{name}.h5"

    @property
    def cache(self) -> Path:
        """Resized frames; may be deleted at any time."""
        return self.root / "cache"

    @property
    def figures(self) -> Path:
        """Plots and annotated videos."""
        return self.root / "figures"

    @property
    def exports(self) -> Path:
        """Labels and predictions in other programs' formats."""
        return self.root / "exports"

    @property
    def evaluation(self) -> Path:
        """The newest scores on test data."""
        return self.root / "evaluation.json"
