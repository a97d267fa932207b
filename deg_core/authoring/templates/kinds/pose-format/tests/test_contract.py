from pathlib import Path

import numpy as np
from deg_core.api import Pose
from deg_core.testing import PoseFormatContract

from deg_plugin_template.plugin import table


class TestTable(PoseFormatContract):
    plugin = table
    max_animals = 1
    names_animals = False

    def write_pose(self, path: Path, pose: Pose) -> None:
        table_TB3 = np.concatenate([pose.positions_TMB2[:, 0], pose.confidence_TMB[:, 0, :, None]], axis=-1)
        rows = ["\t".join(repr(float(value)) for value in row.ravel()) for row in table_TB3]
        path.write_text("\n".join(["\t".join(pose.keypoints), *rows]) + "\n", encoding="utf-8")
