"""`deg export-model`."""

from __future__ import annotations

from pathlib import Path

import click
from deg_core import project_option


@click.command("export-model")
@click.option("--run", "run_id", metavar="RUN", help="A sequence run.  [default: the newest]")
@click.option(
    "--frames",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="Frames that one call of a model answers for.",
)
@click.option(
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the models go.  [default: the project's exports/onnx]",
)
@project_option
def export_model(*, run_id: str | None, frames: int, folder: Path | None, root: Path) -> None:
    """Write a pipeline's networks as ONNX.

    features.onnx turns frames into latents and logits, flow inside; sequence.onnx turns these into logits. A JSON card
    beside each says what it takes and gives, and how far its answers are from torch's. A model whose answers differ
    beyond 1e-4 of the largest is refused with figures, and nothing is written.
    """
    from deg_core import Project

    from deg_onnxruntime.exporting import export_networks

    project = Project(root)
    networks = project.networks(run_id, n_frames=frames)
    for path in export_networks(networks, folder or project.workspace.layout.exports / "onnx"):
        click.echo(str(path))
