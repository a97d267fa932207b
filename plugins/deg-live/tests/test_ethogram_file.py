from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core import LiveDecisions

from deg_live.ethogram_file import EthogramFile


def test_what_is_decided_can_be_read_at_once(tmp_path: Path) -> None:
    file = EthogramFile(tmp_path / "a.csv", ["walk", "rear, high"])
    present = np.array([[True, False], [False, False], [False, True]])
    numbers = np.zeros((3, 2), dtype=np.float32)
    file.add(LiveDecisions(4, numbers, numbers, present, np.array([True, False, True])))
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")  # while it is still open
    assert text == 'frame,walk,"rear, high"\n4,1,0\n5,-1,-1\n6,0,1\n'
    file.close()
    file.close()
