"""`deg export-deepethogram`: the way back."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("export-deepethogram")
@click.argument("new_dir", type=click.Path(path_type=Path))
@click.option(
    "--project",
    "-p",
    "root",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project's folder.  [default: this folder, or the nearest above it that holds project.yaml]",
)
@click.option("--link", is_flag=True, help="Link to videos.  [default: copy them]")
def export_deepethogram(new_dir: Path, root: Path | None, *, link: bool) -> None:
    """Write the project in NEW_DIR as DeepEthogram lays one out: videos, labels, split, predictions and latents.

    Its window opens the folder. Weights do not go back.
    """
    from deg_core import Project

    from deg_import_deepethogram.exporting import export_project

    project = Project.find(Path.cwd()) if root is None else Project(root)
    for sentence in export_project(project, new_dir, link=link):
        click.echo(f"note: {sentence}")
    click.echo(f"{len(project.recordings())} recordings: {new_dir}")
