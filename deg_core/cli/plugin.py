"""`deg plugin`, for authors."""

from __future__ import annotations

from pathlib import Path

import click

from deg_core.cli.options import quiet_option
from deg_core.cli.output import Output


@click.group()
def plugin() -> None:
    """Write a plugin of your own, or look at one as a stranger would."""


@plugin.command("new")
@click.argument("kind")
@click.argument("name")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@quiet_option
def new(*, kind: str, name: str, folder: Path | None, quiet: bool) -> None:
    """Write a ready distribution for a plugin: source, entry point, tests, README, CI.

    KIND is such as sequence-model; a wrong one names all. NAME is what projects call it. DIR is a folder
    that is not there yet.  [default: deg-NAME]
    """
    from deg_core.authoring.new import distribution_of, new_plugin
    from deg_core.catalog import load_catalog

    output = Output(quiet=quiet)
    folder = folder or Path(distribution_of(name))
    made = new_plugin(kind, name, folder, load_catalog())
    output.say(f"made {folder}, {len(made)} files")
    output.say(f'next:\n  cd {folder}\n  pip install -e ".[test]"\n  pytest\n  deg plugin check .')
