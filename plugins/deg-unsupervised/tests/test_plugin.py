from __future__ import annotations

import subprocess
import sys

import click

from deg_unsupervised.plugin import deg_commands


def test_the_command_is_offered_by_its_name() -> None:
    (offered,) = deg_commands()
    assert offered.name == "cluster"
    assert isinstance(offered.load(), click.Command)


def test_listing_it_imports_neither_sklearn_nor_torch() -> None:
    code = "import sys, deg_unsupervised.plugin; print(sorted({'sklearn', 'torch', 'matplotlib'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"
