from __future__ import annotations

from pathlib import Path

from deg_core.project.layout import Layout

PATHS = {
    "manifest": "project.yaml",
    "split": "split.yaml",
    "recordings": "recordings",
    "runs": "runs",
    "predictions": "predictions",
    "cache": "cache",
    "figures": "figures",
    "exports": "exports",
    "evaluation": "evaluation.json",
}


def test_everything_has_its_place() -> None:
    layout = Layout(Path("/a"))
    assert {name: getattr(layout, name).relative_to("/a").as_posix() for name in PATHS} == PATHS
    assert layout.recording("one").relative_to("/a").as_posix() == "recordings/one"
    assert layout.run("flow-1").relative_to("/a").as_posix() == "runs/flow-1"
    assert layout.prediction("day 1.2").relative_to("/a").as_posix() == "predictions/day 1.2.h5"
