"""A good command and others with one fault each, for `test_command.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from deg_core.descriptors import CommandPlugin, NoSettings
from deg_core.testing import CommandContract


@click.group()
def good() -> None:
    """Do something."""


@good.command()
@click.option("--much", help="How much of it.")
def part(*, much: str) -> None:
    """Do a part of it."""


@click.command()
def silent() -> None:
    pass


@click.group()
def with_a_silent_part() -> None:
    """Do something."""


with_a_silent_part.add_command(silent)


@click.command()
@click.option("--much")
def with_a_bare_option(*, much: str) -> None:
    """Do something."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("rest", nargs=-1)
def takes_anything(*, rest: tuple[str, ...]) -> None:
    """Do something."""


@click.command(add_help_option=False)
def without_help() -> None:
    """Do something."""


def load_loudly() -> click.Command:
    sys.stdout.write("loading\n")
    return good


def load_anew() -> click.Command:
    return click.Command("anew", help="Do something.")


PLANTED: dict[str, Any] = {
    "GoodCommand": lambda: good,
    "IsNoCommand": lambda: print,
    "IsMadeAnew": load_anew,
    "PrintsWhenLoaded": load_loudly,
    "SaysNothing": lambda: silent,
    "HasASilentPart": lambda: with_a_silent_part,
    "HasABareOption": lambda: with_a_bare_option,
    "TakesAnyOption": lambda: takes_anything,
    "HasNoHelp": lambda: without_help,
}
for name, load in PLANTED.items():
    plugin = CommandPlugin(name="planted", summary="one", settings=NoSettings, load=load)
    globals()[f"Test{name}"] = type(f"Test{name}", (CommandContract,), {"plugin": plugin})
