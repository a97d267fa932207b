"""A file that breaks its format's own rules is refused, never a crash."""

from __future__ import annotations

import random

import numpy as np
import pytest

from deg_core.api import DegError, LabelError, Labels, OtherFormatError, Timeline
from deg_plugins_io.labels.offers import FORMATS
from deg_plugins_io.labels.reading import damage_refused, lines_of, read_json, read_xml

TEN = Timeline.regular("clip", 10, 10.0)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 100_000, '{"a": 1', "[1, 2", '{"a": ' + "9" * 5000 + "}"])
def test_json_that_is_deep_cut_or_absurd_is_refused(write_labels, text):
    with pytest.raises(LabelError, match="not JSON"):
        read_json(write_labels(text))


@pytest.mark.parametrize("text", ["<a><b></a>", "<a", "<a>" * 1000])
def test_xml_that_is_none_is_refused(write_labels, text):
    with pytest.raises(LabelError, match="not XML"):
        read_xml(write_labels(text), "a")


def test_another_root_is_another_format(write_labels):
    with pytest.raises(OtherFormatError, match="its root is <b>, not <a>"):
        read_xml(write_labels("<b/>"), "a")


def test_the_cause_of_a_refusal_is_kept(tmp_path):
    problem = "not as Some Program writes it: KeyError: 'events'"
    with pytest.raises(LabelError, match=problem) as caught, damage_refused(tmp_path, "Some Program"):
        _ = {}["events"]
    assert isinstance(caught.value.__cause__, KeyError)


def test_lines_end_as_files_end_them_and_not_as_unicode_does():
    assert lines_of("a\r\nb\rc\u2028d\ne") == ["a", "b", "c\u2028d", "e"]


@pytest.mark.parametrize("plugin", [plugin for plugin in FORMATS if plugin.write], ids=lambda plugin: plugin.name)
def test_damaged_files_are_read_or_refused(scratch, plugin):
    """Cut, a few bytes changed, and stretches doubled or swapped, from one seed."""
    marks = (np.arange(10)[:, None] // [2, 3] % 2).astype(np.int8)
    plugin.write(scratch, Labels(marks, ("groom", "rear")), plugin.settings(), TEN)
    whole, draw = scratch.read_bytes(), random.Random(plugin.name)
    for _ in range(40):
        content = bytearray(whole)
        at, length = draw.randrange(len(content)), draw.randrange(1, 40)
        how = draw.choice(("cut", "flip", "drop", "double"))
        if how == "cut":
            content = content[:at]
        elif how == "flip":
            content[at] ^= 1 << draw.randrange(8)
        elif how == "drop":
            del content[at : at + length]
        else:
            content[at:at] = content[at : at + length]
        scratch.write_bytes(bytes(content))
        try:
            labels = plugin.read(scratch, plugin.settings(), TEN, ("groom", "rear"))
        except DegError:
            continue
        assert labels.n_frames == 10
