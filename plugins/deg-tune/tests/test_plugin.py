from __future__ import annotations

import subprocess
import sys

import click

from deg_tune.plugin import deg_commands


def test_the_command_is_offered_by_its_name() -> None:
    (offered,) = deg_commands()
    assert offered.name == "tune"
    assert isinstance(offered.load(), click.Command)


def test_listing_it_imports_neither_optuna_nor_torch() -> None:
    code = "import sys, deg_tune.plugin; print(sorted({'optuna', 'torch', 'matplotlib'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"
