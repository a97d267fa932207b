"""What the how-to pages tell people to do works, on a tiny project: files, settings and commands, in their order."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import howto
import pytest
from click.testing import CliRunner
from pages import Piece, blocks_of
from ruamel.yaml import YAML

from deg_core.catalog import Catalog
from deg_core.cli.main import deg
from deg_core.jobs.workspace import open_workspace
from deg_core.project.manifest_file import dump_yaml, merge_values
from deg_core.testing import FAKES, only_plugins, tiny_project


def find_only(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("deg_core.catalog", "deg_core.jobs.workspace", "deg_core.jobs.model", "deg_core.jobs.project"):
        monkeypatch.setattr(f"{module}.load_catalog", lambda: catalog)


def write_file(block: Piece) -> None:
    """A text that is marked as a file is one."""
    if block.mark.startswith("file: "):
        Path(block.mark.removeprefix("file: ")).write_text(block.text, encoding="utf-8")


def change_project(block: Piece) -> None:
    """Lay the settings over those of the project."""
    path, yaml = Path("project.yaml"), YAML(typ="safe")
    values = merge_values(yaml.load(path.read_text(encoding="utf-8")), yaml.load(block.text))
    path.write_text(dump_yaml(values), encoding="utf-8")
    open_workspace(Path.cwd())


def give_commands(block: Piece) -> None:
    """Run each line as somebody types it."""
    for line in block.text.splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "deg", "only deg can be run here"
        answer = CliRunner().invoke(deg, words[1:], catch_exceptions=False)
        assert answer.exit_code == 0, f"{line}: {answer.output}"


DOERS: dict[str, Callable[[Piece], None]] = {"text": write_file, "yaml": change_project, "": give_commands}


def follow(page: Path) -> None:
    for block in blocks_of(page):
        if block.language != "python":  # those are a module already
            DOERS[block.language](block)


@pytest.mark.parametrize("page", howto.PAGES, ids=lambda page: page.stem)
def test_the_page_can_be_followed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = howto.plugins_of(page)
    find_only(only_plugins(*FAKES, *plugins), monkeypatch)
    project = tiny_project(tmp_path, *plugins)
    monkeypatch.chdir(project.layout.root)
    for path in howto.folder_of_files().glob("*"):
        if path.is_file() and path.suffix != ".py":
            shutil.copy(path, ".")
    follow(page)


def test_a_page_that_is_wrong_would_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_only(only_plugins(*FAKES), monkeypatch)
    monkeypatch.chdir(tiny_project(tmp_path).layout.root)
    with pytest.raises(AssertionError):
        give_commands(Piece(tmp_path, 1, "deg import-labels one nowhere.csv --format fake-tsv"))
    with pytest.raises(AssertionError):
        give_commands(Piece(tmp_path, 1, "rm labels.csv"))
    with pytest.raises(Exception, match="not-there"):
        change_project(Piece(tmp_path, 1, "sequence: {name: not-there}"))
