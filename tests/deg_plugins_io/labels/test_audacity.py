"""The format `audacity`: a label track."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import frames_of, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import audacity as plugin


class TestAudacity(LabelFormatContract):
    plugin = plugin
    example = "0.040000\t0.120000\tgroom\n\\\t100.0\t200.0\n0.080000\t0.080000\trear\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def test_decimal_commas_are_read(write_labels):
    labels = plugin.read(write_labels("0,1\t0,3\tgroom\n"), plugin.settings(), Timeline.regular("clip", 5, 10.0), ())
    assert frames_of(labels, "groom") == [1, 2]


@pytest.mark.parametrize(
    "text", ["\\\t1\t2\n", "0.1 0.2 groom\n", "0.1\t0.2\n", "a\tb\tc\n", "0.1\t0.2\tgroom\nand more\n"]
)
def test_other_lines_are_refused(write_labels, text):
    with pytest.raises(LabelError):
        plugin.read(write_labels(text), plugin.settings(), Timeline.regular("clip", 5, 10.0), ())


def test_the_published_tracks_are_read(shared_data):
    timeline = Timeline.regular("song", 30 * 42, 30.0)
    labels = published(shared_data, "audacity_labels.txt", plugin, timeline)
    assert runs_of(labels, "call") == [(24, 34), (67, 77)]
    spectral = published(shared_data, "audacity_spectral_labels.txt", plugin, timeline)
    assert spectral.behaviours == ("SP", "CRER")
    assert runs_of(spectral, "SP")[0] == (4, 12)  # 0.101 to 0.368 s
