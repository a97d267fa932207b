"""`deg report`."""

from __future__ import annotations

from datetime import datetime
from importlib import metadata
from pathlib import Path

import click

from deg_core import project_option, quiet_option


@click.command("report")
@click.option(
    "--output",
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for report.html and report.pdf.  [default: the project's folder `report`]",
)
@click.option("--pdf/--no-pdf", default=True, show_default=True, help="Write pages to print, too.")
@click.option(
    "--ethograms",
    "n_ethograms",
    type=click.IntRange(0, 100),
    default=6,
    show_default=True,
    help="How many recordings are drawn at the most, those of the test part first.",
)
@click.option("--animal", metavar="GROUP", default="animal", show_default=True, help="The group that names animals.")
@click.option(
    "--resamples",
    "n_resamples",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="How often recordings are drawn anew for the intervals of scores; 0: no intervals.",
)
@click.option(
    "--drift/--no-drift",
    default=True,
    show_default=True,
    help="Compare recordings with those that were learned from, which looks into every video.",
)
@project_option
@quiet_option
def report(
    *,
    folder: Path | None,
    pdf: bool,
    n_ethograms: int,
    animal: str,
    n_resamples: int,
    drift: bool,
    root: Path,
    quiet: bool,
) -> None:
    """Write what was done, how good it is and what the animals did on one page, for people.

    The page needs no network and no other file: pictures and tables are in it. It tells of the newest sequence run,
    and is made from what is there: recordings that are predicted, and what deg agreement, deg learning-curve and
    deg cross-validate left in the project. Nothing is trained or predicted for it; what is lacking is said, with the
    command that brings it.
    """
    from deg_core.api import writing_beside
    from deg_plugins_analysis.report.compose import Wishes, compose
    from deg_plugins_analysis.report.html import to_html
    from deg_plugins_analysis.trials.options import open_project

    project, _ = open_project(root, quiet=quiet)
    wishes = Wishes(animal, n_ethograms, n_resamples, drift, _made())
    document = compose(project, wishes, lambda what: None if quiet else click.echo(f"{what} ...", err=True))
    place = folder if folder is not None else project.workspace.layout.root / "report"
    pages = {"report.html": to_html(document).encode("utf-8")}
    if pdf:
        from deg_plugins_analysis.report.pdf import to_pdf

        pages["report.pdf"] = to_pdf(document)
    for name, content in pages.items():
        with writing_beside(place / name) as part:
            part.write_bytes(content)
        click.echo(str(place / name))
    for caution in document.cautions:
        click.echo(f"{caution.level}: {caution.headline}", err=True)


def _made() -> str:
    """When, and with what."""
    try:
        version = metadata.version("deg-ethogram")
    except metadata.PackageNotFoundError:
        version = "(not installed)"
    return f"Made on {datetime.now().astimezone():%Y-%m-%d %H:%M} by deg report, deg {version}"
