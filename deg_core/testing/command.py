"""Contract of commands."""

from __future__ import annotations

from typing import Any, ClassVar

import click
import pytest
from click.testing import CliRunner

from deg_core.descriptors import CommandPlugin


class CommandContract:
    """Subclass it, and give `plugin`. What the command does is for tests of its own.

    Attributes:
        plugin: The descriptor under test.
    """

    plugin: ClassVar[CommandPlugin[Any]]

    @pytest.fixture
    def command(self) -> click.Command:
        """The command, imported."""
        command: click.Command = self.plugin.load()
        return command

    def test_is_a_click_command(self, command: click.Command) -> None:
        """And the same one each time it is asked for."""
        assert isinstance(command, click.Command)
        assert self.plugin.load() is command

    def test_is_loaded_in_silence(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Nothing on stdout, where a script reads the answer."""
        self.plugin.load()
        assert capsys.readouterr().out == ""

    def test_explains_itself(self, command: click.Command) -> None:
        """`--help` ends with 0, and every command in it says what it does."""
        for path, each in _all_commands(command, self.plugin.name):
            assert (each.help or "").strip(), f"{path} has no help"
            answer = CliRunner().invoke(each, ["--help"], prog_name=path)
            assert answer.exit_code == 0, answer.output

    def test_every_option_says_what_it_is(self, command: click.Command) -> None:
        """In a line of `--help`."""
        for path, each in _all_commands(command, self.plugin.name):
            options = [option for option in each.params if isinstance(option, click.Option) and not option.hidden]
            assert [option.name for option in options if not option.help] == [], path

    def test_refuses_an_option_that_it_lacks(self, command: click.Command) -> None:
        """With click's own message and exit status, not with a traceback."""
        answer = CliRunner().invoke(command, ["--an-option-that-nobody-has"])
        assert answer.exit_code == 2


def _all_commands(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{path} lists {name}, and has it not"
            found += _all_commands(inner, f"{path} {name}")
    return found
