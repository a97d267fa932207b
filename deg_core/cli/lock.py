"""`deg lock`."""

from __future__ import annotations

from pathlib import Path

import click

from deg_core.cli.options import project_option, quiet_option
from deg_core.cli.output import Output


@click.command()
@project_option
@quiet_option
def lock(*, root: Path, quiet: bool) -> None:
    """Write deg-lock.txt: deg, the plugins that the project uses and all they need, in exact versions, for pip.

    `deg check` says from then on when what is installed differs.
    """
    from deg_core.jobs.software import write_lock
    from deg_core.jobs.workspace import open_workspace

    output = Output(quiet=quiet)
    path, local = write_lock(open_workspace(root))
    output.say(f"wrote {path}")
    if local:
        output.warn(
            f"installed from a folder or file, so that pip finds elsewhere only what is published: {', '.join(local)}"
        )
