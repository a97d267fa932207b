"""A video that kills or stalls its decoder is one finding, and the next one is looked at."""

from __future__ import annotations

from pathlib import Path

from looks import look

from deg_plugins_io.doctor.child import examine_all


def test_each_video_is_looked_at_whatever_became_of_the_one_before():
    paths = [Path(name) for name in ("a", "crashes", "b", "stalls", "is slow", "crashes")]
    counted = []
    found = list(examine_all(paths, {"x": 1}, counted.append, look, stall_s=1))
    assert [each.path for each in found] == [str(path) for path in paths]
    assert [each.worst for each in found] == [0, 2, 0, 2, 0, 2]
    assert found[1].findings[0].what == "the decoder crashed on this file"
    assert found[3].findings[0].what == "the decoder gave no frame for 1 s"
    assert found[2].facts == {"x": 1}
    assert counted[-1] == 3
