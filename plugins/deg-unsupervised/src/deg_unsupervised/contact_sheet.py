"""A picture of example bouts: a row each, its frames from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from deg_core.api import DegError, writing_beside
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_unsupervised.report import Example

if TYPE_CHECKING:
    from deg_core import Project

_COLUMNS = 6
_INCHES = 1.6

Row = tuple[Example, list[NDArray[np.uint8]]]


def draw_examples(
    project: Project, videos: Mapping[str, str], examples: Sequence[Example], title: str, path: Path
) -> bool:
    """Draw a contact sheet; gives whether there was anything to draw.

    Args:
        project: Opens the videos.
        videos: What to open, by name of the recording.
        examples: Bouts.
        title: Above them.
        path: A PNG file, replaced when all is drawn. Bouts whose video cannot be read are left out.
    """
    rows = [row for row in (_read(project, videos[each.recording], each) for each in examples) if row is not None]
    if not rows:
        return False
    figure = Figure((_COLUMNS * _INCHES, len(rows) * (_INCHES + 0.3) + 0.4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=9)
    axes = figure.subplots(len(rows), _COLUMNS, squeeze=False)
    for line, (example, pictures) in zip(axes, rows, strict=True):
        for axis in line:
            axis.set_axis_off()
        for axis, picture in zip(line, pictures, strict=False):
            axis.imshow(picture)
        about = f"{example.recording}, {example.start_s:.2f} to {example.stop_s:.2f} s"
        line[0].set_title(
            f"{about}, frames {example.start} to {example.stop}", fontsize=7, loc="left", parse_math=False
        )
    with writing_beside(path) as part:
        figure.savefig(part, dpi=120, format="png")
    return True


def _read(project: Project, video: str, example: Example) -> Row | None:
    n_pictures = min(_COLUMNS, example.stop - example.start)
    frames = np.linspace(example.start, example.stop - 1, n_pictures).round().astype(int)
    try:
        reader = project.open_video(video)
        try:
            return example, [reader.read(int(frame), int(frame) + 1)[0] for frame in frames]
        finally:
            reader.close()
    except DegError:
        return None
