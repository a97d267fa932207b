"""`deg export-deepethogram`: the way back."""

from __future__ import annotations

from pathlib import Path

import click
from deg_core import project_option


@click.command("export-deepethogram")
@click.argument("new_dir", type=click.Path(path_type=Path))
@project_option
@click.option("--link", is_flag=True, help="Link to videos.  [default: copy them]")
def export_deepethogram(new_dir: Path, root: Path, *, link: bool) -> None:
    """Write the project in NEW_DIR as DeepEthogram lays one out: videos, labels, split, predictions and latents.

    Its window opens the folder. Weights do not go back.
    """
    from deg_core import Project

    from deg_import_deepethogram.exporting import export_project

    project = Project(root)
    for sentence in export_project(project, new_dir, link=link):
        click.echo(f"note: {sentence}")
    click.echo(f"{len(project.recordings())} recordings: {new_dir}")
