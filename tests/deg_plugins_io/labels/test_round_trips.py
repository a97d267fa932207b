"""Whatever is labelled is the same after writing and reading, or a format says what it could not hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from label_strategies import labelled

from deg_core.api import LabelError
from deg_plugins_io.labels.offers import FORMATS

WRITTEN = [plugin for plugin in FORMATS if plugin.write is not None]


@pytest.mark.parametrize("plugin", WRITTEN, ids=lambda plugin: plugin.name)
@settings(max_examples=40)
@given(given_labels=labelled())
def test_what_is_written_is_read_again_or_told(scratch, plugin, given_labels):
    labels, timeline = given_labels.labels, given_labels.timeline
    notes = plugin.write(scratch, labels, plugin.settings(), timeline)
    try:
        again = plugin.read(scratch, plugin.settings(), timeline, labels.behaviours)
    except LabelError:
        assert any("cannot be told" in note for note in notes), notes
        return
    marks = again.for_behaviours(labels.behaviours, where="").marks
    is_labelled = labels.marks != -1
    if not any("shift" in note for note in notes):
        assert np.array_equal(marks[is_labelled], labels.marks[is_labelled])
    assert any(notes) or np.array_equal(marks, labels.marks)


@pytest.mark.parametrize("plugin", WRITTEN, ids=lambda plugin: plugin.name)
@settings(max_examples=10)
@given(given_labels=labelled())
def test_no_other_format_takes_it_for_its_own(scratch, plugin, given_labels):
    """Which format a file is in is told by its content, whatever it is called."""
    plugin.write(scratch, given_labels.labels, plugin.settings(), given_labels.timeline)
    for other in FORMATS:
        if other is not plugin and other.read is not None:
            with pytest.raises(LabelError):
                other.read(scratch, other.settings(), given_labels.timeline, given_labels.behaviours)
