"""The format `observer`: The Observer XT's event log."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import CLIP, GROOMING, REARING, frames_of, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import observer as plugin

HEADER = '"Time_Relative_sf";"Observation";"Event_Log";"Subject";"Behavior";"Modifier_1";"Event_Type"'


def log(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


class TestObserver(LabelFormatContract):
    plugin = plugin
    example = log(
        '"0,04";"o";"l";"";"groom";"";"State start"',
        '"0,08";"o";"l";"";"rear";"";"Point"',
        '"0,12";"o";"l";"";"groom";"";"State stop"',
    )
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def read(path, **settings):
    return plugin.read(path, plugin.settings(**settings), Timeline.regular("clip", 10, 10.0), ())


@pytest.mark.parametrize("column", ["observation", "annotator", "subject"])
def test_several_observations_logs_or_animals_must_be_chosen_from(write_labels, column):
    names = {"observation": ("o", "p"), "annotator": ("l", "k"), "subject": ("m1", "m2")}
    at = list(names).index(column)
    rows = []
    for time, choice in (("0,1", 0), ("0,5", 1)):
        cells = [names[each][choice if position == at else 0] for position, each in enumerate(names)]
        rows.append(";".join([time, *cells, "groom", "", "Point"]))
    path = write_labels(log(*rows))
    with pytest.raises(LabelError, match=f"holds 2 {column}s"):
        read(path)
    assert frames_of(read(path, **{column: names[column][1]}), "groom") == [5]


def test_a_log_without_relative_seconds_is_refused(write_labels):
    with pytest.raises(LabelError, match="has no column Time_Relative_sf"):
        read(write_labels("Time;Behavior;Event_Type\n1;groom;Point\n"))


def test_a_made_log_in_utf_16_with_decimal_commas_is_read(shared_data):
    labels = published(shared_data, "made_observer_utf16.txt", plugin, CLIP)
    assert (runs_of(labels, "grooming"), runs_of(labels, "rearing")) == (GROOMING, REARING)
    assert frames_of(labels, "jump") == [178]  # 7.12 s
    assert frames_of(published(shared_data, "made_observer_utf16.txt", plugin, CLIP, point_s=0.2), "jump") == [
        *range(178, 183)
    ]
    assert "jump" not in published(shared_data, "made_observer_utf16.txt", plugin, CLIP, points="drop").behaviours
