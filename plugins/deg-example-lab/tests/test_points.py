from pathlib import Path

import numpy as np
from deg_core.api import Pose
from deg_core.testing import PoseFormatContract

from deg_example_lab.plugin import points


class TestPoints(PoseFormatContract):
    plugin = points
    max_animals = 1
    names_animals = False
    has_confidence = False

    def write_pose(self, path: Path, pose: Pose) -> None:
        header = [f"{name}_{axis}" for name in pose.keypoints for axis in "xy"]
        rows = [["" if np.isnan(x) else f"{x:.3f}" for x in row.ravel()] for row in pose.positions_TMB2]
        path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding="utf-8")
