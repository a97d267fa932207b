"""Frame times from the time stamps of a sequence.

Axes: T frames.
"""

from __future__ import annotations

import numpy as np
from deg_core.api import BinaryFile
from numpy.typing import NDArray

from deg_reader_seq.header import Header
from deg_reader_seq.places import Places


def read_stamps(file: BinaryFile, header: Header, ends: Places) -> NDArray[np.float64]:
    """Time stamps behind pictures: seconds, milliseconds, and in newer versions microseconds.

    Args:
        file: The file.
        header: Its header.
        ends: Where pictures end; shape (T,).

    Returns:
        Seconds since 1970 in local time; shape (T,).
    """
    if header.stamp_bytes == 8:
        raw = [file.unpack("IHH", end, "a time stamp") for end in ends.tolist()]
    else:
        raw = [(*file.unpack("IH", end, "a time stamp"), 0) for end in ends.tolist()]
    seconds, milliseconds, microseconds = np.array(raw, dtype=np.float64).T
    stamps: NDArray[np.float64] = seconds + 1e-3 * milliseconds + 1e-6 * microseconds
    return stamps


def frame_times(
    file: BinaryFile, header: Header, stamps_s: NDArray[np.float64], frames_per_second: float | None
) -> tuple[NDArray[np.float64], float]:
    """Times since the first frame, and the mean rate.

    Where frames are as evenly spaced as the clock can tell, they are multiples of the header's rate: a clock of whole
    milliseconds would otherwise make an even rate of 30 Hz look uneven.

    Args:
        file: The file, for messages.
        header: Its header.
        stamps_s: As the file says, seconds; shape (T,), T >= 1.
        frames_per_second: Rate, Hz, for stamps that are of no use; None to refuse those.

    Returns:
        Seconds since the first frame, rising, shape (T,), and Hz.

    Raises:
        VideoError: The stamps are of no use, and there is no rate.
    """
    n_frames = len(stamps_s)
    since_first = stamps_s - stamps_s[0]
    tick_s = 1e-3 if header.stamp_bytes == 6 else 1e-6
    if header.rate and n_frames > 1:
        even = np.arange(n_frames) / header.rate
        if np.abs(even - since_first).max() <= min(1.01 * tick_s, 0.45 / header.rate):
            return even, header.rate
    backwards = np.diff(stamps_s) <= 0
    if n_frames > 1 and not backwards.any():
        return since_first, float((n_frames - 1) / since_first[-1])
    if frames_per_second is None:
        frame = int(backwards.argmax()) + 1 if n_frames > 1 else 0
        problem = (
            f"the time stamp of frame {frame} ({stamps_s[frame]:.6f} s) is not after that of the frame before"
            if frame
            else "a single frame does not say how many there are per second"
        )
        raise file.damaged(problem, fix="give the rate with the reader's setting `frames_per_second`")
    return np.arange(n_frames) / frames_per_second, frames_per_second
