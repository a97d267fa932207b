"""The format `praat-textgrid`: tiers, long or short."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import frames_of, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import praat_textgrid as plugin

SHORT = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n0.16\n<exists>\n1\n"IntervalTier"\n"what"\n0\n0.16\n3\n'
    '0\n0.04\n""\n0.04\n0.12\n"groom ""paws"""\n0.12\n0.16\n""\n'
)


class TestPraatTextgrid(LabelFormatContract):
    plugin = plugin
    example = SHORT.replace('groom ""paws""', "groom")
    example_labels = Labels(np.array([[0], [1], [1], [0]], dtype=np.int8), ("groom",))

    def settings(self):
        return plugin.settings(behaviour_is="text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_quotes_are_doubled_and_both_encodings_read(write_labels, encoding):
    path = write_labels(SHORT.encode(encoding))
    labels = plugin.read(path, plugin.settings(behaviour_is="text"), Timeline.regular("clip", 4, 25.0), ())
    assert runs_of(labels, 'groom "paws"') == [(1, 3)]


@pytest.mark.parametrize("n_lines", [6, 8, 12, 14, 17])
def test_a_file_that_was_cut_is_refused(write_labels, n_lines):
    path = write_labels("\n".join(SHORT.split("\n")[:n_lines]))
    with pytest.raises(LabelError):
        plugin.read(path, plugin.settings(behaviour_is="text"), Timeline.regular("clip", 4, 25.0), ())


def test_a_grid_of_another_length_is_refused(write_labels):
    with pytest.raises(LabelError, match=r"labelled on a video of 60 s"):
        plugin.read(
            write_labels(SHORT.replace("0.16", "60")),
            plugin.settings(behaviour_is="text"),
            Timeline.regular("clip", 4, 25.0),
            (),
        )


def test_the_published_long_form_is_read(shared_data):
    timeline = Timeline.regular("sentence", 73, 30.0)
    labels = published(shared_data, "praat_long.TextGrid", plugin, timeline, tiers=["Tones"])
    assert frames_of(labels, "L+H*") == [14, 34]  # instants at 0.435 and 1.133 s
    words = published(shared_data, "praat_long.TextGrid", plugin, timeline, tiers=["Samoan"])
    assert runs_of(words, "Sione") == [(2, 20)]


def test_the_published_short_form_is_read(shared_data):
    timeline = Timeline.regular("mary", 56, 30.0)
    with pytest.raises(LabelError, match="holds 3 tiers"):
        published(shared_data, "praat_short.TextGrid", plugin, timeline)
    labels = published(shared_data, "praat_short.TextGrid", plugin, timeline, tiers=["word"])
    assert (labels.behaviours, runs_of(labels, "mary")) == (("mary", "rolled", "the", "barrel"), [(10, 21)])
