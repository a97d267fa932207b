"""The corpus of damaged projects and shared models: what is done to which file. A case is `KIND/DAMAGE/SEED`."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import damage as of
import numpy as np
from crafted_project import CRAFTED
from whole_project import KINDS, mend_card

BYTES = {
    "cut": of.cut,
    "begins late": of.begin_late,
    "a bit": of.flip,
    "bits": of.flip_many,
    "zeros": of.blank,
    "swapped": of.swap,
    "twice": of.double,
    "rubbish": of.rubbish,
    "trailing": of.trailing,
    "blanks": of.spaces,
}
TEXT = {
    "line missing": of.drop_line,
    "line twice": of.repeat_line,
    "lines swapped": of.swap_lines,
    "odd number": of.odd_number,
    "utf-16": of.utf16,
    "nul": of.nul,
    "nested": of.nested,
    "long line": of.long_line,
}
JSON = {"json number": of.json_endless, "json key": of.json_key}
_TIMES = {"cut": 2, "a bit": 2, "bits": 2, "odd number": 2, "json number": 3, "json key": 3, "line missing": 2}
_ONLY_WHAT_IS_THERE = {"cut", "line missing", "line twice", "lines swapped"}
"""Damages after which labels may say less than they did, and nothing else."""


@dataclass(frozen=True)
class Case:
    """What is done to a project: a damage of one of its files, or what somebody thought of."""

    name: str

    @property
    def parts(self) -> tuple[str, str]:
        """What is damaged, and how."""
        first, second = self.name.rsplit("/", 1)[0].split("/", 1)
        return first, second

    @property
    def kind(self) -> str:
        """The kind of file."""
        first, second = self.parts
        return CRAFTED[second].kind if first == "crafted" else first.removesuffix(", as on its card")

    def make(self, whole: Path, root: Path) -> None:
        """Make the damaged project from a whole one."""
        shutil.copytree(whole, root)
        first, second = self.parts
        path = KINDS[self.kind].of(root)
        if first == "crafted":
            CRAFTED[second].make(root, path)
        else:
            path.write_bytes(({**BYTES, **TEXT, **JSON}[second])(path.read_bytes(), random.Random(self.name)))
        if first.endswith("as on its card"):
            mend_card(root)


def cases() -> list[Case]:
    """Every case."""
    found = []
    for name, kept in KINDS.items():
        damages = {**BYTES, **(TEXT if kept.is_text else {}), **(JSON if kept.path.endswith(".json") else {})}
        found += [f"{name}/{damage}/{seed}" for damage in damages for seed in range(_TIMES.get(damage, 1))]
    found += [f"weights, as on its card/{damage}/{seed}" for damage in BYTES for seed in range(2)]
    return [Case(name) for name in [*found, *(f"crafted/{name}/0" for name in CRAFTED)]]


def try_case(case: Case, whole: Path, root: Path) -> None:
    """Open the damaged file of a project.

    Raises:
        DegError: It is refused.
        AssertionError: What was read is wrong.
    """
    first, second = case.parts
    kept = KINDS[case.kind]
    value = kept.open(root)
    if first == "crafted":
        assert CRAFTED[second].is_odd, "read, though it should be refused"
        return
    if kept.is_exact and not first.endswith("as on its card"):
        assert value == kept.open(whole), "another meaning"
    if first == "labels" and second in _ONLY_WHAT_IS_THERE:
        expected = kept.open(whole)
        assert np.array_equal(value, expected[: len(value)]), "other marks"
