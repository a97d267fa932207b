"""What `docs/deepethogram.md` claims is proven by tests that exist."""

from __future__ import annotations

import ast
import re

from tree import ROOT

TABLE = (ROOT / "docs" / "deepethogram.md").read_text(encoding="utf-8")
ROWS = {row.split("|")[1].strip(): row for row in TABLE.splitlines() if re.match(r"\| [A-Z]\d+ \|", row)}
WITHOUT_PROOF = {"D16"}
"""Dropped, so that there is nothing to test."""


def named_tests(row: str) -> list[str]:
    return re.findall(r"`([\w/]+\.py::\w+)`", row)


def exists(name: str) -> bool:
    place, _, function = name.partition("::")
    folder = ROOT / "plugins" / "deg-import-deepethogram" / "tests" if place.startswith("import/") else ROOT / "tests"
    path = folder / place.removeprefix("import/")
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in ast.walk(tree))


def test_every_test_that_is_named_exists() -> None:
    assert [name for row in ROWS.values() for name in named_tests(row) if not exists(name)] == []


def test_every_finding_has_its_row_and_every_row_its_proof() -> None:
    findings = {"F": 11, "D": 26, "L": 13, "N": 6}
    assert set(ROWS) == {f"{letter}{index}" for letter, n in findings.items() for index in range(1, n + 1)}
    assert {name for name, row in ROWS.items() if not named_tests(row)} == WITHOUT_PROOF


def test_every_row_says_same_mended_or_dropped() -> None:
    words = ("same", "mended", "dropped", "as F", "put right")
    assert [name for name, row in ROWS.items() if not any(word in row.split("|")[3] for word in words)] == []
