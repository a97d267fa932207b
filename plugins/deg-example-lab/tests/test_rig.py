from pathlib import Path

import numpy as np
from deg_core.testing import VideoReaderContract
from numpy.typing import NDArray

from deg_example_lab.plugin import rig
from deg_example_lab.rig import HEADER


class TestRig(VideoReaderContract):
    plugin = rig
    suffix = ".rig"

    def write_video(self, path: Path, frames: NDArray[np.uint8], frames_per_second: float) -> None:
        header = np.array([(b"RIG1", *frames.shape[1:3], frames_per_second)], dtype=HEADER)
        path.write_bytes(header.tobytes() + frames.tobytes())
