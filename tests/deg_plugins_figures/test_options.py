from __future__ import annotations

from pathlib import Path

import click
import pytest

from deg_core import Project
from deg_plugins_figures.options import FigureChoice, place_figure


def _place(project: Project, kind: str | None, output: Path | None, n_figures: int = 1) -> Path:
    return place_figure(
        project, "one_ethogram", FigureChoice(project.workspace.layout.root, kind, output, with_csv=False), n_figures
    )


def test_figures_go_into_the_project_as_png(project: Project) -> None:
    assert _place(project, None, None) == project.workspace.layout.figures / "one_ethogram.png"
    assert _place(project, "svg", None).name == "one_ethogram.svg"


def test_a_folder_keeps_the_name_and_a_file_gives_it(project: Project, tmp_path: Path) -> None:
    assert _place(project, "pdf", tmp_path) == tmp_path / "one_ethogram.pdf"
    assert _place(project, None, tmp_path / "new") == tmp_path / "new" / "one_ethogram.png"
    assert _place(project, None, tmp_path / "mine.SVG") == tmp_path / "mine.SVG"


@pytest.mark.parametrize(
    ("kind", "name", "n_figures"), [(None, "figure.jpg", 1), ("png", "figure.svg", 1), (None, "figure.png", 2)]
)
def test_contradictions_are_refused(project: Project, kind: str | None, name: str, n_figures: int) -> None:
    with pytest.raises(click.UsageError, match="--output"):
        _place(project, kind, Path(name), n_figures)
