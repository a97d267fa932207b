from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from deg_core.api import CommandPlugin, NoSettings
from deg_core.catalog import Catalog, Failure, Source
from deg_core.cli.commands import BUILT_IN
from deg_core.testing import only_plugins

if TYPE_CHECKING:
    from .conftest import Run

Install = Callable[[Catalog], None]


def command(name: str, load: Callable[[], Any]) -> CommandPlugin[NoSettings]:
    return CommandPlugin(name=name, summary=f"{name} things", settings=NoSettings, load=load)


def never() -> click.Command:
    raise AssertionError("loaded without being used")


def lacking() -> click.Command:
    raise ModuleNotFoundError("No module named 'camera'")


@click.command()
def wave() -> None:
    """Wave."""
    click.echo("hello")


def test_help_lists_plugins_commands_without_importing_them(run: Run, install: Install) -> None:
    install(only_plugins(command("studio", never)))
    answer = run("--help")
    assert answer.code == 0
    assert "studio  studio things" in answer.out
    assert all(name in answer.out for name in BUILT_IN)


def test_a_plugins_command_is_run(run: Run, install: Install) -> None:
    install(only_plugins(command("wave", lambda: wave), command("studio", never)))
    assert run("wave").out == "hello\n"


def test_a_built_in_command_asks_no_plugin(run: Run, install: Install) -> None:
    install(only_plugins(command("new", never)))
    assert run("new", "--help").code == 0


def test_an_unknown_command_suggests_the_nearest(run: Run, install: Install) -> None:
    install(only_plugins(command("studio", never)))
    for typed, meant in (("trian", "train"), ("studoi", "studio")):
        answer = run(typed)
        assert answer.code == 2
        assert f"no command '{typed}'" in answer.err
        assert f"did you mean '{meant}'?" in answer.err


def test_an_unknown_command_names_plugins_that_failed_since_it_may_be_theirs(run: Run, install: Install) -> None:
    failure = Failure(Source("deg-studio", "1.2"), "importing deg_studio", ImportError("no camera"))
    install(Catalog((), (failure,)))
    assert "deg-studio 1.2 did not load" in run("studio").err
    assert "plugins that did not load: 1" in run("--help").out


def test_a_command_that_cannot_be_imported_names_its_distribution(run: Run, install: Install) -> None:
    for load in (lacking, lambda: "no command"):
        install(only_plugins(command("studio", load)))
        answer = run("studio")
        assert answer.code == 2
        assert "command 'studio' did not load" in answer.err
        assert "distribution given" in answer.err
