"""The format `labgym`: the text of a list in each cell."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import CLIP, GROOMING, REARING, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import labgym as plugin

TEXT = "time/ID;0\n0;['NA', -1]\n0.04;['groom', 0.98]\n0.08;['groom', np.float32(0.9)]\n0.12;[\"rear\", 1]\n"


class TestLabgym(LabelFormatContract):
    plugin = plugin
    example = TEXT
    example_labels = Labels(np.array([[-1, -1], [1, 0], [1, 0], [0, 1]], dtype=np.int8), ("groom", "rear"))


def test_animals_must_be_chosen_from(write_labels):
    path = write_labels("time/ID;0;1\n0;['groom', 1];['rear', 1]\n")
    with pytest.raises(LabelError, match="holds 2 animals"):
        plugin.read(path, plugin.settings(), Timeline.regular("clip", 1, 30.0), ())
    assert plugin.read(path, plugin.settings(subject="1"), Timeline.regular("clip", 1, 30.0), ()).behaviours == (
        "rear",
    )


@pytest.mark.parametrize("cell", ["groom", "['groom'", "__import__('os')", "[groom, 1]"])
def test_a_cell_is_never_evaluated(write_labels, cell):
    with pytest.raises(LabelError, match="not the text of a list"):
        plugin.read(write_labels(f"time/ID;0\n0;{cell}\n"), plugin.settings(), Timeline.regular("clip", 1, 30.0), ())


def test_the_made_sheet_is_read(shared_data):
    labels = published(shared_data, "made_labgym_all_events.xlsx", plugin, CLIP)
    assert (runs_of(labels, "grooming"), runs_of(labels, "rearing")) == (GROOMING, REARING)
    assert runs_of(labels, "grooming", -1)[0] == (0, 13)  # NA: unknown, not absent
