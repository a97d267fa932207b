from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from matplotlib.figure import Figure

from deg_core import in_print_style, save_figure, save_table


@in_print_style
def _draw() -> Figure:
    figure = Figure()
    figure.add_subplot().set_title("sniff_$ and $")
    return figure


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_figure_is_written_the_same_each_time(tmp_path: Path, kind: str) -> None:
    for name in ("one", "two"):
        save_figure(_draw(), tmp_path / "made here" / f"{name}.{kind}")
    first, second = ((tmp_path / "made here" / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert first == second
    assert first.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[kind])


def test_letters_stay_letters(tmp_path: Path) -> None:
    save_figure(_draw(), tmp_path / "figure.svg")
    assert "sniff_$ and $" in (tmp_path / "figure.svg").read_text(encoding="utf-8")


def test_figures_look_alike_whatever_the_settings_of_matplotlib() -> None:
    with matplotlib.rc_context({"axes.titlesize": 20, "axes.spines.top": True}):
        axes = _draw().axes[0]
    assert axes.title.get_fontsize() == 8
    assert not axes.spines["top"].get_visible()


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(matplotlib.rcParams)
    _draw()
    assert dict(matplotlib.rcParams) == before


def test_an_existing_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    save_table(path, ["behaviour", "score"], [["groom", 0.5], ["dig", float("nan")], ["rear", None]])
    assert path.read_text(encoding="utf-8") == "behaviour,score\ngroom,0.5\ndig,\nrear,\n"
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]
