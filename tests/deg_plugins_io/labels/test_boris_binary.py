"""The format `boris-binary`: a row per instant."""

from __future__ import annotations

import numpy as np
from label_strategies import CLIP, GROOMING, REARING, published, runs_of

from deg_core.api import Labels
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import boris_binary as plugin


class TestBorisBinary(LabelFormatContract):
    plugin = plugin
    example = "time\tgroom\trear\n0.0\t0\t0\n0.04\t1\t0\n0.08\t1\t2\n0.12\t0\t0\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def test_a_made_table_is_read(shared_data):
    labels = published(shared_data, "made_boris_binary_table.tsv", plugin, CLIP)
    assert (runs_of(labels, "grooming"), runs_of(labels, "rearing")) == (GROOMING, REARING)
    assert (labels.marks >= 0).all()
