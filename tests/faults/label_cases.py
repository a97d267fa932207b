"""The corpus of damaged label files: what is done to which file, and what of it can be decided.

A case is a text, `FORMAT/DAMAGE/SEED`, from which the same file is made anywhere.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Literal

import damage as of
import numpy as np
from crafted_labels import CRAFTED, Crafted
from whole_labels import N_FRAMES, Whole, whole, whole_files

from deg_core.api import Labels

Verdict = Literal["any", "part", "same", "refused"]
"""What may come of a damaged file, but for a refusal: labels of the right frames and behaviours; none but the whole
file's presences, or a word about it; the whole file's labels; nothing.
"""


@dataclass(frozen=True)
class Kind:
    """A damage, what may come of it, and how often it is tried in each file."""

    do: of.Damage
    verdict: Verdict
    times: int = 1


BYTES = {
    "cut": Kind(of.cut, "part", 4),
    "begins late": Kind(of.begin_late, "any"),
    "a bit": Kind(of.flip, "any", 3),
    "bits": Kind(of.flip_many, "any"),
    "zeros": Kind(of.blank, "any"),
    "swapped": Kind(of.swap, "any"),
    "twice": Kind(of.double, "same"),
    "rubbish": Kind(of.rubbish, "refused"),
    "trailing": Kind(of.trailing, "any"),
    "blanks": Kind(of.spaces, "refused"),
}
TEXT = {
    "line missing": Kind(of.drop_line, "part", 2),
    "line twice": Kind(of.repeat_line, "same"),
    "lines swapped": Kind(of.swap_lines, "any"),
    "column missing": Kind(of.drop_column, "part"),
    "column twice": Kind(of.repeat_column, "any"),
    "odd number": Kind(of.odd_number, "any", 3),
    "byte order mark": Kind(of.byte_order_mark, "same"),
    "utf-16": Kind(of.utf16, "same"),
    "line ends": Kind(of.windows_lines, "same"),
    "nul": Kind(of.nul, "refused"),
    "nested": Kind(of.nested, "any"),
    "long line": Kind(of.long_line, "any", 2),
}
XML = {"entities": Kind(of.entities, "refused", 2)}
JSON = {"json number": Kind(of.json_endless, "any", 3), "json key": Kind(of.json_key, "any", 3)}
ZIP = {
    "zip bomb": Kind(of.zip_bomb, "refused"),
    "damage inside": Kind(of.zip_damage_inside, "any", 3),
    "hostile entry": Kind(of.zip_hostile_names, "any"),
}
ALL = {**BYTES, **TEXT, **XML, **JSON, **ZIP}

UNDECIDABLE = {
    ("jwatcher", "line missing"),  # what lasts until the next key lasts longer without it
    ("bento-annot", "line missing"),  # a heading: its bouts belong to the behaviour above
    ("bento-annot-seconds", "line missing"),
}
"""Damages after which a file is as good as any, and says something else."""

NAMES = (
    *("=cmd|'/C calc'!A0", "../../x", "..\\..\\x", "Größe", "🐭", "a;b", "a,b", 'a"b', "x" * 5000, "None", "-1", "1"),
    *("NaN", "background", "<b>", "&amp;", "[x]", "%s{0}", "#", "\u202egroom", "con", " groom"),
)
"""What behaviours may be called by people and by strangers."""


def kinds_of(file: Whole) -> dict[str, Kind]:
    """The damages that make sense for a file."""
    found = dict(BYTES)
    if file.is_text:
        start = file.content.lstrip()[:1]
        found |= TEXT | (XML if start == b"<" else JSON if start in b"{[" else {})
    return found | (ZIP if file.name.endswith((".xlsx", ".ods")) else {})


def cases() -> list[str]:
    """Every case."""
    damaged = [
        f"{file.name}/{name}/{seed}"
        for file in whole_files()
        for name, kind in kinds_of(file).items()
        for seed in range(kind.times)
    ]
    named = [f"{file.name}/named/{at}" for file in whole_files() if _can_be_renamed(file) for at in range(len(NAMES))]
    return damaged + named + [f"crafted/{name}/0" for name in CRAFTED]


def _can_be_renamed(file: Whole) -> bool:
    return file.is_text and "groom" in file.labels.behaviours


def content_of(case: str) -> bytes:
    """The bytes of a damaged file."""
    name, kind, seed = case.rsplit("/", 2)
    if name == "crafted":
        return CRAFTED[kind].content()
    if kind == "named":
        said = escape(NAMES[int(seed)]) if name.endswith(".html") else NAMES[int(seed)]
        return whole(name).content.replace(b"groom", said.encode())
    return ALL[kind].do(whole(name).content, random.Random(case))


def try_case(case: str, path: Path) -> None:
    """Read a damaged file.

    Args:
        case: What was done to it.
        path: Where it is.

    Raises:
        DegError: It is refused.
        AssertionError: What was read is wrong, and nothing was said.
    """
    name, kind, seed = case.rsplit("/", 2)
    if name == "crafted":
        _try_crafted(CRAFTED[kind], path)
        return
    file = whole(name)
    verdict: Verdict = "same" if kind == "named" else ALL[kind].verdict
    if (name, kind) in UNDECIDABLE:
        verdict = "any"
    expected = _renamed(file.labels, NAMES[int(seed)]) if kind == "named" else file.labels
    with warnings_logged() as said:
        labels = replace(file, labels=expected).read(path)
    check(labels, expected, "any" if path.read_bytes() == file.content else verdict, said)


def _try_crafted(crafted: Crafted, path: Path) -> None:
    crafted.read(path)
    assert crafted.is_odd, "read, though it should be refused"


def check(labels: Labels, expected: Labels, verdict: Verdict, said: list[str]) -> None:
    """Compare what was read with what the whole file says.

    Raises:
        AssertionError: It is not what the damage allows.
    """
    assert labels.behaviours == expected.behaviours
    assert labels.marks.shape == (N_FRAMES, len(expected.behaviours))
    assert verdict != "refused", "read, though it should be refused"
    present, known = labels.marks == 1, expected.marks == 1
    if verdict == "part" and not said:
        assert not (present & ~known).any(), f"present without a word: {np.argwhere(present & ~known)[:3].tolist()}"
    if verdict == "same":
        assert np.array_equal(present, known), f"differs: {np.argwhere(present != known)[:3].tolist()}"


def _renamed(labels: Labels, name: str) -> Labels:
    names = tuple(name.strip() if each == "groom" else each.replace("groom", name) for each in labels.behaviours)
    return replace(labels, behaviours=names)


@contextmanager
def warnings_logged() -> Iterator[list[str]]:
    """What readers say meanwhile."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("deg_plugins_io")
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)
