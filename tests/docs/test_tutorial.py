"""The tutorial, line by line, as somebody follows it in an empty folder."""

from __future__ import annotations

import configparser
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pages import DOCS, ROOT, Piece, blocks_of
from ruamel.yaml import YAML

from deg_core.cli.commands import BUILT_IN
from deg_core.project.manifest_file import dump_yaml, merge_values

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAGE = DOCS / "tutorial.md"
LINES_TO_WRITE = 40


class Reader:
    """Somebody at a terminal who does what the page says.

    Attributes:
        folder: The folder they are in.
        site: Where what they install is found.
    """

    def __init__(self, folder: Path, site: Path) -> None:
        self.folder = folder
        self.site = site
        self.sources = [site]

    def follow(self, block: Piece) -> None:
        if block.mark.startswith("file: "):
            path = self.folder / block.mark.removeprefix("file: ")
            assert path.is_file(), f"{block}: nothing to replace at {path}"
            path.write_text(block.text, encoding="utf-8")
        elif block.mark.startswith("into: "):
            self._merge(self.folder / block.mark.removeprefix("into: "), block.text)
        else:
            assert block.language == "", f"{block}: nobody knows what to do with it"
            for line in block.text.splitlines():
                self._give(shlex.split(line, comments=True))

    def _give(self, words: list[str]) -> None:
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
        elif words == ["pip", "install", "-e", ".[test]"]:
            self._install()
        elif words[0] in {"deg", "pytest"}:
            start = ["deg_core"] if words[0] == "deg" else ["pytest", "-q"]
            self._run([sys.executable, "-m", *start, *words[1:]])
        else:
            raise AssertionError(f"nobody knows how to run {words[0]}")

    def _run(self, command: list[str]) -> None:
        path = os.pathsep.join([*map(str, self.sources), str(ROOT)])
        environment = os.environ | {"PYTHONPATH": path, "DEG_STRICT_PLUGINS": "1"}
        answer = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=self.folder, env=environment, timeout=300
        )
        assert answer.returncode == 0, f"{command[1:]}\n{answer.stdout}\n{answer.stderr}"

    def _install(self) -> None:
        """As pip does it for `-e`, without what it downloads, which is here: name, version, entry points, source."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = self.site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        needs = "".join(f"Requires-Dist: {need}\n" for need in project["dependencies"])
        (info / "METADATA").write_text(head + needs, encoding="utf-8")
        points = configparser.ConfigParser()
        points.read_dict(project["entry-points"])
        with (info / "entry_points.txt").open("w", encoding="utf-8") as file:
            points.write(file)
        self.sources.append(self.folder / "src")

    @staticmethod
    def _merge(path: Path, text: str) -> None:
        yaml = YAML(typ="safe")
        values = merge_values(yaml.load(path.read_text(encoding="utf-8")), yaml.load(text))
        path.write_text(dump_yaml(values), encoding="utf-8")


@pytest.mark.skipif("plugin" not in BUILT_IN, reason="this deg has no `deg plugin new` yet")
def test_the_tutorial_can_be_followed_line_by_line(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "work").mkdir()
    reader = Reader(tmp_path / "work", site)
    for block in blocks_of(PAGE):
        reader.follow(block)
    assert list(reader.folder.glob("predictions/*.h5"))


def test_little_is_to_be_written() -> None:
    """Lines of code, without blank ones and docstrings."""
    written = [block for block in blocks_of(PAGE) if block.language in {"python", "yaml"}]
    lines = [line.strip() for block in written for line in block.text.splitlines()]
    code = [line for line in lines if line and not line.startswith(('"""', "#", "import ", "from ", "class Test"))]
    assert 0 < len(code) <= LINES_TO_WRITE


def test_a_line_that_is_wrong_would_be_told(tmp_path: Path) -> None:
    reader = Reader(tmp_path, tmp_path)
    with pytest.raises(AssertionError, match="nobody knows how to run"):
        reader.follow(Piece(PAGE, 1, "rm -r /"))
    with pytest.raises(AssertionError, match="nothing to replace"):
        reader.follow(Piece(PAGE, 1, "x = 1", "python", "file: src/nowhere.py"))
    with pytest.raises(AssertionError, match="mkdir-not-a-command"):
        reader.follow(Piece(PAGE, 1, "deg mkdir-not-a-command"))
