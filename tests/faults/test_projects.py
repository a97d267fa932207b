"""A damaged project or model is read right, or refused with a word: it never ends the process, hangs, or lies."""

from __future__ import annotations

from collections import Counter

import pytest
from harness import attempt, told
from project_cases import cases
from whole_project import KINDS, make_whole


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    root = tmp_path_factory.mktemp("projects") / "whole"
    make_whole(root)
    return root


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_is_read(whole, kind):
    """Else nothing that is said below of damaged ones would mean anything."""
    assert KINDS[kind].open(whole) is not None


def test_damaged_files_are_read_right_or_refused(whole):
    """In time and memory, and without writing anything but what is kept for later."""
    roots = []
    for number, case in enumerate(cases()):
        roots.append(whole.parent / str(number))
        case.make(whole, roots[-1])
    caches = [root / "cache" for root in roots]
    outcomes = attempt("trials_of_projects:open_damaged", roots, may_write=caches)
    bad = [each for each in outcomes if each.verdict not in {"ok", "refused"}]
    assert not bad, "\n".join(f"{cases()[int(each.case.name)].name}: {told([each])}" for each in bad)
    verdicts = Counter(each.verdict for each in outcomes)
    assert len(outcomes) >= 200
    assert min(verdicts["ok"], verdicts["refused"]) > 50, verdicts
