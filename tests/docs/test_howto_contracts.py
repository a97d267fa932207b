"""What the how-to pages tell people to write is, word for word, what deg-example-lab is made of.

Its own tests, in `plugins`, are the pages' contract tests; here they need not be run again.
"""

from __future__ import annotations

import re
from pathlib import Path

import howto
import pytest
from pages import ROOT, blocks_of

from deg_core.descriptors import KINDS

EXAMPLE = ROOT / "plugins" / "deg-example-lab"


def written() -> str:
    """All that stands in the example."""
    paths = [*EXAMPLE.glob("src/**/*.py"), *EXAMPLE.glob("tests/*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))


def pieces_of(page: Path) -> list[str]:
    """Classes, functions and values that the page shows, with what stands directly above them, but no imports."""
    pieces = []
    for block in blocks_of(page):
        if block.language == "python":
            code = re.sub(r"(^(import|from) .*\n+)+", "", block.text, flags=re.MULTILINE)
            pieces += [piece.strip("\n") for piece in re.split(r"\n{3,}", code)]
    return [piece for piece in pieces if piece and not piece.startswith(TRIES)]


TRIES = ("still = ", "pose = ")
"""Beginnings of pieces that only make a file for the page's own commands."""


@pytest.mark.parametrize("page", howto.PAGES, ids=lambda page: page.stem)
def test_the_page_shows_the_example_as_it_is(page: Path) -> None:
    pieces, example = pieces_of(page), written()
    assert len(pieces) >= 4  # the thing, its descriptor, its hook, its contract test
    assert [piece for piece in pieces if f"\n{piece}\n" not in example] == []


def test_all_of_the_example_is_explained() -> None:
    shown = "\n".join(block.text for page in howto.PAGES for block in blocks_of(page))
    defined = re.findall(r"^(?:class|def) (\w+)", written(), flags=re.MULTILINE)
    assert [name for name in defined if name not in shown] == []


def test_there_is_a_page_for_every_kind_which_offers_it() -> None:
    offered = {page.stem: [type(plugin) for plugin in howto.plugins_of(page)] for page in howto.PAGES}
    assert offered == {kind.kind.replace(" ", "-"): [kind] for kind in KINDS}


def test_every_page_has_a_contract_test() -> None:
    assert [page.stem for page in howto.PAGES if not howto.contracts_of(page)] == []
