"""What is tried on damaged pose files in a process of its own; see `harness.py`.

A case lies in a folder that is named after its format.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from deg_core.api import Timeline
from deg_plugins_io.plugin import deg_pose_formats as built_in

sys.path.append(str(Path(__file__).parents[2] / "plugins/deg-keypoints/src"))

from deg_keypoints.plugin import deg_pose_formats

_FORMATS = {plugin.name: plugin for plugin in (*built_in(), *deg_pose_formats())}

_FRAMES = {"mars-json": 5, "sleap-analysis-h5": 3, "jabs-h5": 1_800, "deeplabcut-csv": 200, "deeplabcut-h5": 200}
"""Of the undamaged files."""


def read_damaged(path: Path) -> None:
    """Read a damaged file; what is not refused is pose that fits together."""
    plugin = _FORMATS[path.parent.name]
    clip = Timeline.regular("clip", _FRAMES[plugin.name], 30.0)
    pose = plugin.read(path, plugin.settings(), clip)
    shape = (clip.n_frames, len(pose.individuals), len(pose.keypoints))
    assert pose.positions_TMB2.shape == (*shape, 2)
    assert pose.confidence_TMB.shape == shape
    assert not np.isinf(pose.positions_TMB2).any()
