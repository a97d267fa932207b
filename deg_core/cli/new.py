"""`deg new`."""

from __future__ import annotations

from pathlib import Path

import click

from deg_core.cli.options import quiet_option
from deg_core.cli.output import Output
from deg_core.project.manifest_file import preset_names


def _names(_: click.Context, __: click.Parameter, value: str) -> list[str]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    if not names:
        raise click.BadParameter("name at least one, such as groom,dig")
    return names


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--behaviours",
    "--behaviors",
    "-b",
    "behaviours",
    required=True,
    metavar="A,B,C",
    callback=_names,
    help="What is scored. Never `background`, which is the absence of all others.",
)
@click.option("--name", metavar="TEXT", help="What the project is called.  [default: as the folder]")
@click.option(
    "--preset",
    type=click.Choice(preset_names()),
    default="small",
    show_default=True,
    help="Settings to build on: `small` trains on a laptop; `deg_f` is DeepEthogram's fast pipeline, for a GPU.",
)
@click.option("--exclusive", is_flag=True, help="At most one behaviour happens at a time.")
@quiet_option
def new(*, folder: Path, behaviours: list[str], name: str | None, preset: str, exclusive: bool, quiet: bool) -> None:
    """Make a project in DIR: a folder with the project file `project.yaml`."""
    from deg_core.jobs.new import new_project

    layout = new_project(folder, behaviours, name=name, preset=preset, exclusive=exclusive)
    output = Output(quiet=quiet)
    output.say(f"made {layout.manifest}")
    output.say(f"next:\n  cd {folder}\n  deg add VIDEO... --labels LABELS\n  deg check\n  deg train")
