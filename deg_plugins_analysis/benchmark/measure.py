"""Times a pipeline on a video, and works out what that makes for all recordings of a project."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core import Project
    from deg_plugins_analysis.benchmark.pipelines import Pipeline

STEPS = ("decode", "prepare", "network", "sequence")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What predicting a whole project would take.

    Attributes:
        recordings: Whose videos are there.
        frames: In all of them, reckoned by the size of the files.
        seconds: To predict them.
    """

    recordings: int
    frames: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """How fast one pipeline is.

    Attributes:
        name: Of the pipeline.
        rates: Frames per second of each step by itself, and of the `whole`.
        limit: The step that the others wait for.
        overlap: Share of the whole's time that this step takes.
        n_frames: Frames that were timed.
        memory_mb: The most that this process had in memory so far; None where the system does not say.
        forecast: For the project; None where there is none.
    """

    name: str
    rates: dict[str, float]
    limit: str
    overlap: float
    n_frames: int
    memory_mb: float | None
    forecast: Forecast | None


def time_pipeline(pipeline: Pipeline, video: Path, n_frames: int, project: Project | None) -> Row:
    """Time a pipeline.

    Args:
        pipeline: With trained networks.
        video: What to predict.
        n_frames: Frames to time at the most.
        project: For whose recordings to reckon; None for none.
    """
    timing = pipeline.project.time_prediction(video, n_frames=n_frames)
    rates = {step: timing.n_frames / getattr(timing, f"{step}_s") for step in (*STEPS, "whole")}
    return Row(
        name=pipeline.name,
        rates=rates,
        limit=timing.slowest,
        overlap=timing.overlap,
        n_frames=timing.n_frames,
        memory_mb=_most_memory_mb(),
        forecast=None if project is None else _forecast(project, pipeline.project, video, rates["whole"]),
    )


def _forecast(project: Project, timed: Project, video: Path, rate: float) -> Forecast:
    """Reckon by bytes: to count the frames of every recording would mean to read all of them."""
    paths = [record.video_path for record in project.recordings() if record.video_path.is_file()]
    reader: Any = timed.open_video(video)
    n_frames = int(reader.n_frames)
    reader.close()
    frames = round(sum(path.stat().st_size for path in paths) * n_frames / max(1, video.stat().st_size))
    return Forecast(len(paths), frames, frames / rate)


def _most_memory_mb() -> float | None:
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def describe_machine() -> str:
    """One line about this machine."""
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.processor() or platform.machine()
    return (
        f"{device}, {os.cpu_count()} cores, {torch.get_num_threads()} threads, Python {platform.python_version()},"
        f" torch {torch.__version__}"
    )
