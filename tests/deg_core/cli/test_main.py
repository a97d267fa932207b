from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import deg_core
from deg_core.api import CommandPlugin, DegError, NoSettings
from deg_core.catalog import Catalog
from deg_core.cli.commands import BUILT_IN
from deg_core.cli.main import deg, explain
from deg_core.testing import only_plugins

if TYPE_CHECKING:
    from .conftest import Run

Install = Callable[[Catalog], None]
HEAVY = {"torch", "cv2", "av", "h5py", "sklearn", "matplotlib", "pytorch_lightning", "kornia"}


def raising(error: BaseException) -> CommandPlugin[NoSettings]:
    @click.command()
    def fail() -> None:
        raise error

    return CommandPlugin(name="fail", summary="fails", settings=NoSettings, load=lambda: fail)


def in_a_fresh_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(deg_core.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=environment, timeout=60
    )


def test_an_error_says_problem_place_and_remedy_and_leaves_status_2(run: Run, install: Install) -> None:
    install(only_plugins(raising(DegError("too dark", where="mouse.mp4", fix="switch on the light\nor the sun"))))
    answer = run("fail")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err == ("error: too dark\n  where: mouse.mp4\n  fix:   switch on the light\n         or the sun\n")


def test_notes_of_an_error_are_told() -> None:
    error = DegError("broke", where="a", fix="b")
    error.__notes__ = ["in feature extractor 'x', frames 1 to 2"]
    assert explain(error).endswith("  note:  in feature extractor 'x', frames 1 to 2")


def test_ctrl_c_is_one_line_and_status_130(run: Run, install: Install) -> None:
    install(only_plugins(raising(KeyboardInterrupt())))
    answer = run("fail")
    assert answer.code == 130
    assert answer.err.strip() == "stopped; give the same command again to go on"


def test_a_bug_keeps_its_traceback(run: Run, install: Install) -> None:
    install(only_plugins(raising(ZeroDivisionError("a bug"))))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run("fail")


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    answer = run(name, "--help")
    assert answer.code == 0
    assert f"Usage: deg {name}" in answer.out
    assert "TODO" not in answer.out


@pytest.mark.parametrize("group", ["config", "plugins"])
def test_commands_of_groups_explain_themselves(run: Run, group: str) -> None:
    command = deg.get_command(click.Context(deg), group)
    assert isinstance(command, click.Group)
    for name in command.commands:
        assert run(group, name, "--help").code == 0


def test_help_of_a_command_that_needs_a_project_needs_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("check", "--help").code == 0


@pytest.mark.parametrize("arguments", [["--help"], ["plugins", "list"], ["new", "--help"], ["train", "--help"]])
def test_what_computes_nothing_imports_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from deg_core.cli.main import deg
try:
    deg({arguments!r})
finally:
    print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)
"""
    done = in_a_fresh_process("-c", code)
    assert done.stdout
    assert done.stderr.splitlines()[-1] == "[]"


def test_python_m_deg_core_is_deg() -> None:
    done = in_a_fresh_process("-m", "deg_core", "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("deg ")


def test_a_behaviour_that_the_terminal_cannot_show_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("behaviours: [αβγ]\n", encoding="utf-8")
    done = in_a_fresh_process("-X", "utf8=0", "-m", "deg_core", "runs", "-p", str(tmp_path))
    assert "Traceback" not in done.stderr
