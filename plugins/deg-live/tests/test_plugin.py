from __future__ import annotations

import subprocess
import sys

import click

from deg_live.plugin import deg_commands


def test_the_command_is_offered_by_its_name() -> None:
    (offered,) = deg_commands()
    assert offered.name == "live"
    assert isinstance(offered.load(), click.Command)


def test_neither_listing_it_nor_its_help_imports_anything_heavy() -> None:
    heavy = "{'av', 'cv2', 'torch', 'rich', 'zmq'}"
    code = f"import sys, deg_live.plugin, deg_live.command; print(sorted({heavy} & set(sys.modules)))"
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "[]"
