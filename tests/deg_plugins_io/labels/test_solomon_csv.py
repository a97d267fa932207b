"""The format `solomon-csv`: a row per instant, a column per category."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import frames_of, published, runs_of

from deg_core.api import Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import solomon_csv as plugin


class TestSolomonCsv(LabelFormatContract):
    plugin = plugin
    example = "Time,Behaviour,Light\n0,,on\n0.04,groom,on\n0.08,groom,on\n0.12,,on\n"
    example_labels = Labels(
        np.array([[0, 1], [1, 1], [1, 1], [0, 1]], dtype=np.int8), ("Behaviour: groom", "Light: on")
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_decimal_commas_and_marks_of_encoding_are_read(write_labels, encoding):
    path = write_labels("Time;Behaviour\n0;\n0,04;Größe\n".encode(encoding))
    labels = plugin.read(path, plugin.settings(), Timeline.regular("clip", 3, 25.0), ())
    assert labels.marks[:, labels.behaviours.index("Behaviour: Größe")].tolist() == [0, 1, -1]


def test_the_published_file_is_read(shared_data):
    labels = published(shared_data, "solomon_coder.csv", plugin, Timeline.regular("Together_1", 694, 25.0))
    n_frames = {name: len(frames_of(labels, name)) for name in labels.behaviours}
    assert n_frames == {
        "Light: Off": 422,
        "Location: CloseCorridor": 345,
        "Location: FarCorridor": 77,
        "Behaviour: Attack": 255,
        "Behaviour: Sniffing": 167,
    }
    assert runs_of(labels, "Behaviour: Sniffing")[0] == (272, 344)  # 10.88 s at 25 frames per second
