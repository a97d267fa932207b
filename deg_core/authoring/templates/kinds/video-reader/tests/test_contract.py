from pathlib import Path

import numpy as np
from deg_core.testing import VideoReaderContract
from numpy.typing import NDArray

from deg_plugin_template.plugin import ReaderSettings, reader


class TestReader(VideoReaderContract):
    plugin = reader
    suffix = ".npy"

    def settings(self) -> ReaderSettings:
        return ReaderSettings(frames_per_second=25.0)

    def write_video(self, path: Path, frames: NDArray[np.uint8], frames_per_second: float) -> None:
        np.save(path, frames)
