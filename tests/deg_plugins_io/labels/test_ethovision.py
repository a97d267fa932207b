"""The format `ethovision`: EthoVision's raw data."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import frames_of, published

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import ethovision as plugin

HEAD = (
    '"Number of header lines:";"6"\n"Arena name";"Arena 1"\n{about}\n\n'
    '"Trial time";"Recording time";"X";"Rearing(Mutually exclusive)";"Eating(Mutually exclusive 2)"\n'
    '"s";"s";"cm";"";""\n'
)


def trial(*rows, about='"Subject name";"m1"'):
    return HEAD.format(about=about) + "".join(f"{row}\n" for row in rows)


class TestEthovision(LabelFormatContract):
    plugin = plugin
    example = trial("0,000;0,000;1,5;0;0", "0,040;0,040;1,5;1;0", "0,080;0,080;-;1;1", "0,120;0,120;1,5;0;-")
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, -1]], dtype=np.int8), ("Rearing", "Eating"))


def test_recording_may_begin_after_the_video(write_labels):
    times = '"Start time";"03/15/2021 13:54:26.200"\n"Video start time";"03/15/2021 13:54:26.000"'
    text = trial("0;0;1;1;0", about=times).replace('lines:";"6"', 'lines:";"7"')
    labels = plugin.read(write_labels(text), plugin.settings(), Timeline.regular("clip", 4, 10.0), ())
    assert labels.marks[:, 0].tolist() == [-1, -1, 1, -1]
    path = write_labels(text.replace("03/15/2021 13:54:26.000", "yesterday"))
    with pytest.raises(LabelError, match="is in no known form"):
        plugin.read(path, plugin.settings(), Timeline.regular("clip", 4, 10.0), ())


def test_the_published_track_is_read(shared_data):
    labels = published(shared_data, "ethovision_raw.xlsx", plugin, Timeline.regular("1,2,3,4", 15 * 64, 15.0))
    n_frames = {name: len(frames_of(labels, name)) for name in labels.behaviours}
    told = {"Walking": 185, "Stationary": 385, "Rearing": 30, "Sniffing food": 61}
    assert n_frames == n_frames | told
    assert (labels.marks[:, 0] == -1).sum() == 960 - 600
    assert frames_of(labels, "Stationary")[0] == 353  # 23.49 s after the video
