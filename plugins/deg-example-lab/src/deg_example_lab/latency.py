"""`deg latency`."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from deg_core import Project


@click.command()
@click.option("--project", "folder", default=".", type=click.Path(path_type=Path), help="The project's folder.")
def latency(*, folder: Path) -> None:
    """Say after how many seconds each behaviour was first scored."""
    for name, labels in Project.find(folder).workspace.labelled().items():
        rate = labels.frames_per_second or 30.0
        firsts = [np.flatnonzero(marks_T == 1)[:1] for marks_T in labels.marks.T]
        said = (f"{first[0] / rate:.2f} s" if len(first) else "never" for first in firsts)
        click.echo(f"{name}: " + ", ".join(map(" ".join, zip(labels.behaviours, said, strict=True))))
