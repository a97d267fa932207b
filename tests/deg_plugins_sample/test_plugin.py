from __future__ import annotations

import subprocess
import sys

import click

from deg_plugins_sample.plugin import deg_commands


def test_the_command_is_offered_under_its_own_name() -> None:
    (offered,) = deg_commands()
    command = offered.load()
    assert isinstance(command, click.Command)
    assert offered.name == command.name == "sample"


def test_listing_imports_nothing_heavy() -> None:
    script = (
        "import sys; from deg_plugins_sample.plugin import deg_commands; list(deg_commands());"
        "print([name for name in ('torch', 'cv2', 'av', 'rich', 'matplotlib') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
