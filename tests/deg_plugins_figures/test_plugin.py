from __future__ import annotations

import subprocess
import sys

import click

from deg_plugins_figures.plugin import deg_commands

_HEAVY = ("torch", "cv2", "av", "sklearn", "matplotlib", "numpy.ma")


def test_both_commands_are_offered_and_load() -> None:
    commands = {offered.name: offered.load() for offered in deg_commands()}
    assert sorted(commands) == ["plot", "video"]
    group = commands["plot"]
    assert isinstance(group, click.Group)
    assert sorted(group.commands) == [
        "confusion",
        "ethogram",
        "hits",
        "mistakes",
        "pr-curves",
        "reliability",
        "training",
    ]


def test_listing_and_explaining_import_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from deg_plugins_figures.plugin import deg_commands\n"
        "from click.testing import CliRunner\n"
        "for offered in deg_commands():\n"
        "    assert CliRunner().invoke(offered.load(), ['--help']).exit_code == 0\n"
        f"print([name for name in {_HEAVY!r} if name in sys.modules])\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
