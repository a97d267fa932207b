"""No block of code stands in a page untried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import howto
import numpy as np
import pytest
from pages import DOCS, PAGES, ROOT, Piece, blocks_of
from test_howto import find_only

from deg_core.descriptors import VideoReaderPlugin
from deg_core.testing import FAKES, only_plugins, tiny_project
from deg_core.testing.fakes import FakeReaderSettings, open_fake_video

BLOCKS = [block for page in PAGES for block in blocks_of(page)]

REASONS = {
    "text": "a tree, a file, or what a program said: nothing to run",
    "toml": "a part of pyproject.toml, as those of plugins/ are, which the distribution tests install",
}
"""Languages of blocks that no test runs, and why."""

STARTS = ("deg ", "cd ", "pip install", "pytest", "make ", "python benchmarks/")
"""What lines of commands may begin with. Those of deg are looked up, or run; the others set the scene."""


def is_followed(page: Path) -> bool:
    """Pages whose blocks are run in order by tests of their own."""
    return page in howto.PAGES or page == DOCS / "tutorial.md"


def is_command(line: str) -> bool:
    return not line or line.removeprefix("$ ").startswith(STARTS)


TRIED: dict[str, Callable[[Piece], bool]] = {
    "python": lambda block: is_followed(block.page) or block.page.parent.name == "hooks" or block.page in RUN | PLAIN,
    "yaml": lambda _: True,  # test_examples
    "": lambda block: all(is_command(line) for line in block.text.splitlines()),
}

RUN = {ROOT / "README.md"}
PLAIN = {DOCS / "statistics.md"}
"""Pages whose Python runs as it stands."""


def is_tried(block: Piece) -> bool:
    language = block.language
    if language.startswith("{"):  # Sphinx looks after those
        return True
    return language in REASONS or (language in TRIED and TRIED[language](block))


def test_every_block_is_tried_or_has_a_reason() -> None:
    assert len(BLOCKS) > 60
    assert [str(block) for block in BLOCKS if not is_tried(block)] == []


@pytest.mark.parametrize("text", ["rm -r recordings", "mouse/\n  project.yaml", "import deg_core"])
def test_a_block_that_nobody_tries_would_be_told(text: str) -> None:
    assert not is_tried(Piece(DOCS / "results.md", 1, text))
    assert not is_tried(Piece(DOCS / "results.md", 1, text, "python"))
    assert not is_tried(Piece(DOCS / "results.md", 1, text, "r"))


@pytest.mark.parametrize("page", sorted((DOCS / "hooks").glob("*.md")), ids=lambda page: page.stem)
def test_the_example_of_a_hook_can_be_run(page: Path) -> None:
    (block,) = [block for block in blocks_of(page) if block.language == "python"]
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(block.text, str(page), "exec"), names)
    offer = names[page.read_text(encoding="utf-8").split("`")[1]]
    assert callable(offer)
    assert len(list(offer())) == 1


@pytest.mark.parametrize("page", sorted(PLAIN), ids=lambda page: page.stem)
def test_plain_python_can_be_run(page: Path) -> None:
    for block in blocks_of(page):
        if block.language == "python":
            exec(compile(block.text, str(page), "exec"), {})


def test_the_python_of_the_readme_can_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films = VideoReaderPlugin(
        name="films",
        summary="arrays by another suffix",
        settings=FakeReaderSettings,
        suffixes=frozenset({".mp4"}),
        open=open_fake_video,
    )
    find_only(only_plugins(*FAKES, films), monkeypatch)
    root = tiny_project(tmp_path, films).layout.root.rename(tmp_path / "mouse")
    assert root.is_dir()
    (tmp_path / "here").mkdir()
    (tmp_path / "mouse").rename(tmp_path / "here" / "mouse")
    (tmp_path / "new").mkdir()
    with (tmp_path / "new" / "monday.mp4").open("wb") as file:
        np.save(file, np.zeros((60, 16, 16, 3), dtype=np.uint8))
    monkeypatch.chdir(tmp_path / "here")
    block = next(block for block in blocks_of(ROOT / "README.md") if block.language == "python")
    exec(compile(block.text.replace('["f1"]', '["fake-agreement"]'), "README.md", "exec"), {})
