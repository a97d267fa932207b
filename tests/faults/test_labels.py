"""A damaged label file is read right, or refused with a word: it never ends the process, hangs, or lies."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from harness import attempt, told
from label_cases import cases, content_of
from whole_labels import whole_files

from deg_plugins_io.labels.offers import FORMATS


@pytest.mark.parametrize("file", whole_files(), ids=lambda file: file.name)
def test_a_whole_file_is_read_right(tmp_path, file):
    """Else nothing that is said below of damaged ones would mean anything."""
    path = tmp_path / "clip"
    path.write_bytes(file.content)
    assert np.array_equal(file.read(path).marks == 1, file.labels.marks == 1)


def test_there_is_a_file_of_every_format():
    assert {file.plugin.name for file in whole_files()} >= {plugin.name for plugin in FORMATS if plugin.read}


def test_damaged_files_are_read_right_or_refused(tmp_path):
    """In time and memory, and without writing anything; some 1,900 cases, from fixed seeds."""
    paths = []
    for number, case in enumerate(cases()):
        path = tmp_path / str(number) / "clip.csv"
        path.parent.mkdir()
        path.write_bytes(content_of(case))
        paths.append(path)
    outcomes = attempt("trials_of_labels:read_damaged", paths)
    bad = [each for each in outcomes if each.verdict not in {"ok", "refused"}]
    assert not bad, "\n".join(f"{cases()[int(each.case.parent.name)]}: {told([each])}" for each in bad)
    verdicts = Counter(each.verdict for each in outcomes)
    assert len(outcomes) >= 500
    assert min(verdicts["ok"], verdicts["refused"]) > 400, verdicts  # neither is everything taken, nor nothing
