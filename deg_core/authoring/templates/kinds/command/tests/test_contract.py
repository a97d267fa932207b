from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner
from deg_core.testing import FAKES, CommandContract, tiny_project

from deg_plugin_template.command import recordings
from deg_plugin_template.plugin import command


class TestCommand(CommandContract):
    plugin = command


def test_it_counts_what_was_labelled(find_only: Callable[..., None], tmp_path: Path) -> None:
    find_only(*FAKES)
    project = tiny_project(tmp_path, n_recordings=2)
    answer = CliRunner().invoke(recordings, ["--project", str(project.layout.root)])
    assert answer.output.startswith("one: walk ")
