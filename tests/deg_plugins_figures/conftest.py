"""Small recordings whose every value is known, and a small project of fakes that is trained and predicted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_core import Project
from deg_core.catalog import Catalog
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs
from deg_plugins_figures.tracks import Tracks


class Drawn:
    """A figure as pixels, looked at in the coordinates of its axes."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        figure.set_dpi(300)  # as it is printed
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        self.pixels: NDArray[np.uint8] = np.array(canvas.buffer_rgba())[..., :3]

    def colour(self, x: float, y: float, panel: int = 0) -> tuple[int, ...]:
        across, up = self.figure.axes[panel].transData.transform((x, y))
        return tuple(int(part) for part in self.pixels[len(self.pixels) - 1 - int(up), int(across)])

    def rows(self, name: str) -> list[float]:
        """Heights of the rows that are called so at the right."""
        names = self.figure.axes[0].child_axes[0]
        heights = zip(names.get_yticks(), names.get_yticklabels(), strict=True)
        return [float(y) for y, label in heights if label.get_text() == name]

    def words(self) -> str:
        return " | ".join(text.get_text() for text in self.figure.findobj(lambda artist: hasattr(artist, "get_text")))

    @staticmethod
    def close_to(colour: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 3) -> bool:
        return max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= tolerance


@pytest.fixture
def drawn() -> type[Drawn]:
    return Drawn


@pytest.fixture
def tracks() -> Tracks:
    """100 frames at 10 Hz: a person saw groom in 20 to 40, deg in 30 to 50; nobody labelled 80 to 90; dig never is."""
    marks = np.zeros((100, 2), dtype=np.int8)
    marks[20:40, 0] = 1
    marks[80:90] = -1
    probabilities = np.full((100, 2), 0.1, dtype=np.float32)
    probabilities[30:50, 0] = 0.9
    return Tracks(
        recording="mouse",
        behaviours=("groom", "dig"),
        frames_per_second=10.0,
        probabilities=probabilities,
        present=probabilities > 0.5,
        thresholds=np.array([0.5, 0.5], dtype=np.float32),
        marks=marks,
        test_spans=((60, 70),),
    )


def _open_tiny(root: Path, catalog: Catalog | None = None) -> Workspace:
    return open_workspace(root, catalog or only_plugins(*FAKES))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three recordings of 60 frames, `walk` and `rear`, all predicted (rightly); one of them is the test part."""
    workspace = tiny_project(tmp_path)
    untrained_runs(workspace)
    monkeypatch.setattr("deg_core.jobs.project.open_workspace", _open_tiny)
    project = Project(workspace.layout.root)
    project.predict()
    return project
