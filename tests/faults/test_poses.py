"""A damaged pose file is read, or refused with a word: it never ends the process, hangs, or takes all memory."""

from __future__ import annotations

import random

import damage
import pytest
from harness import attempt, told

FILES = {
    "dlc_inference_single.csv": "deeplabcut-csv",
    "dlc_inference_single.h5": "deeplabcut-h5",
    "sleap_robot.analysis.h5": "sleap-analysis-h5",
    "jabs_pose_est_v2.h5": "jabs-h5",
    "jabs_pose_est_v5.h5": "jabs-h5",
    "made_mars_pose_top.json": "mars-json",
}
OF_ALL = (damage.cut, damage.begin_late, damage.flip, damage.flip_many, damage.blank, damage.swap, damage.trailing)
OF_TEXT = (damage.odd_number, damage.nul, damage.nested, damage.drop_line, damage.drop_column, damage.long_line)
SEEDS = range(5)


def flip_head(content: bytes, draw: random.Random) -> bytes:
    """Bits of what says where everything is."""
    return damage.flip_many(content[:2000], draw, 4) + content[2000:]


def flip_everywhere(content: bytes, draw: random.Random) -> bytes:
    """Hundreds of bits."""
    return damage.flip_many(content, draw, 400)


@pytest.mark.parametrize("name", FILES)
def test_damaged_poses_are_read_or_refused(tmp_path, shared_data, name):
    content = (shared_data / "pose_formats" / name).read_bytes()
    paths = []
    for kind in (*OF_ALL, *((flip_head, flip_everywhere) if name.endswith("h5") else OF_TEXT)):
        for seed in SEEDS:
            path = tmp_path / f"{kind.__name__}-{seed}" / FILES[name] / name
            path.parent.mkdir(parents=True)
            path.write_bytes(kind(content, random.Random(f"{name} {kind.__name__} {seed}")))
            paths.append(path)
    whole = tmp_path / "whole" / FILES[name] / name
    whole.parent.mkdir(parents=True)
    whole.write_bytes(content)
    first, *others = attempt("trials_of_poses:read_damaged", [whole, *paths])
    assert first.verdict == "ok", first.message
    bad = [each for each in others if each.verdict not in {"ok", "refused"}]
    assert not bad, "\n".join(f"{each.case.parts[-3]}: {told([each])}" for each in bad)
    assert sum(each.verdict == "refused" for each in others) > 10  # not everything is taken
