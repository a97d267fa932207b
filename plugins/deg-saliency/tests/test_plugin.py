from __future__ import annotations

import subprocess
import sys

import click

from deg_saliency.plugin import deg_commands


def test_the_command_is_offered_by_its_name() -> None:
    (offered,) = deg_commands()
    assert offered.name == "saliency"
    assert isinstance(offered.load(), click.Command)


def test_listing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, deg_saliency.plugin, deg_saliency.command; names = {'captum', 'torch', 'matplotlib', 'av', 'cv2'}"
    )
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = {sys.path!r}; {code}; print(sorted(names & set(sys.modules)))",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"
