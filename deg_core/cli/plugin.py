"""`deg plugin`, for authors."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deg_core.cli.options import json_option, quiet_option
from deg_core.cli.output import Output

if TYPE_CHECKING:
    from deg_core.authoring.check import Review

_TESTS = "Its contract tests; readers and label formats need files that only they can make.  [default: PATH/tests]"


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


@plugin.command("check")
@click.argument("target", metavar="DIST|PATH")
@click.option("--tests", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False), help=_TESTS)
@click.option("--no-contracts", is_flag=True, help="Import it only; contracts take some seconds.")
@click.option("--types", is_flag=True, help="Run mypy on it too.")
@json_option
def check(*, target: str, tests: Path | None, no_contracts: bool, types: bool, as_json: bool) -> None:
    """Look at a distribution of plugins as a stranger would meet it.

    DIST is installed, PATH a folder with a pyproject.toml. It is imported alone, and every plugin is tried by the
    contract of its kind. Exit status 1 says that something has to be mended.
    """
    from deg_core.authoring.check import check_plugin
    from deg_core.authoring.subject import find_subject
    from deg_core.catalog import load_catalog
    from deg_core.cli.commands import BUILT_IN

    output = Output(as_json=as_json)
    subject = find_subject(target)
    if tests is not None:
        subject = replace(subject, tests=tests.resolve())
    review = check_plugin(subject, load_catalog(), commands=BUILT_IN, contracts=not no_contracts, types=types)
    if as_json:
        output.answer(review.values())
    else:
        _show(review, output)
    sys.exit(1 if review.n_errors else 0)


def _show(review: Review, output: Output) -> None:
    subject = review.subject
    time = "" if review.seconds is None else f", imported in {review.seconds:.2f} s"
    output.show(f"{subject}{time}, fits deg_core.api {review.fits}")
    for offer in review.offers:
        key = f"{offer['kind']} {offer['name']}"
        n_settings = len(offer["settings"].get("properties", {}))
        output.show(f"  {key}: {n_settings} settings, {review.contracts.get(key, 0)} contract tests passed")
    for line in review.sentences():
        click.echo(line, err=True)
    output.show(f"errors: {review.n_errors}, warnings: {sum(each.level == 'warning' for each in review.faults)}")
