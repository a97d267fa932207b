"""`deg template-name`."""

from __future__ import annotations

from pathlib import Path

import click
from deg_core import Project


@click.command()
@click.option(
    "--project",
    "folder",
    default=".",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: this folder, or the nearest above it that holds project.yaml]",
)
def recordings(*, folder: Path) -> None:
    """Say in how many frames each behaviour was labelled as present, for each recording."""
    for name, labels in Project.find(folder).workspace.labelled().items():
        counts = zip(labels.behaviours, (labels.marks == 1).sum(axis=0), strict=True)
        click.echo(f"{name}: " + ", ".join(f"{behaviour} {count}" for behaviour, count in counts))
