"""`deg benchmark`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core import json_option, optional_project_option, settings_option

if TYPE_CHECKING:
    from deg_core import Project
    from deg_plugins_analysis.benchmark.measure import Row
    from deg_plugins_analysis.benchmark.pipelines import Pipeline


@click.command()
@click.argument("video", required=False, type=click.Path(exists=True, path_type=Path))
@optional_project_option
@click.option("--preset", "presets", metavar="NAME", multiple=True, help="A preset, with random weights; many times.")
@settings_option("--set", "changes", about="A setting for the presets, such as precision=bf16.")
@click.option(
    "--frames", "n_frames", type=click.IntRange(min=1), default=256, show_default=True, help="Frames to time."
)
@json_option
def benchmark(
    *,
    video: Path | None,
    root: Path | None,
    presets: tuple[str, ...],
    changes: dict[str, Any],
    n_frames: int,
    as_json: bool,
) -> None:
    """Measure how fast this machine predicts VIDEO, step by step, and what that makes for a whole project.

    Of a trained project (--project, or the one this folder is in) its own pipeline is timed; with --preset those of
    presets, whose weights are random. Without a VIDEO a recording of the project is taken, else one is made.
    """
    from deg_plugins_analysis.benchmark.measure import describe_machine, time_pipeline
    from deg_plugins_analysis.benchmark.report import lines, values

    project = _project(root, needed=root is not None or not presets)
    with tempfile.TemporaryDirectory() as folder:
        path = video or _a_video(project, Path(folder), n_frames)
        rows: list[Row] = []
        for pipeline in _pipelines(project, presets, changes, Path(folder)):
            rows.append(time_pipeline(pipeline, path, n_frames, project))
            if not as_json:
                click.echo("\n".join(lines(rows[-1])))
    machine = describe_machine()
    click.echo(json.dumps(values(machine, rows), indent=1, allow_nan=False) if as_json else machine)


def _project(root: Path | None, *, needed: bool) -> Project | None:
    from deg_core import Project
    from deg_core.api import ManifestError

    try:
        return Project(root) if root is not None else Project.find(Path.cwd())
    except ManifestError:
        if needed:
            raise
        return None


def _a_video(project: Project | None, folder: Path, n_frames: int) -> Path:
    """The first recording of a project whose video is there, or a made one."""
    from deg_plugins_analysis.benchmark.made_video import write_video

    recordings = [] if project is None else project.recordings()
    found = next((record.video_path for record in recordings if record.video_path.exists()), None)
    return found or write_video(folder / "made.mp4", (256, 256), max(n_frames, 64))


def _pipelines(
    project: Project | None, presets: tuple[str, ...], changes: dict[str, Any], folder: Path
) -> Iterator[Pipeline]:
    from deg_plugins_analysis.benchmark.pipelines import Pipeline, preset_pipeline

    n_behaviours = 6 if project is None else len(project.manifest.behaviours)
    if project is not None and (not presets or project.runs()):
        yield Pipeline("this project", project)
    for name in presets:
        yield preset_pipeline(name, folder / name, n_behaviours, changes)
