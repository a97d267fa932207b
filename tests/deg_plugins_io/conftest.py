"""Videos made on the spot, whose frames each show their number, and label files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

# Tests of label formats share `label_strategies`, those of `deg doctor` `looks`, which lie in their folders.
sys.path[:0] = [str(Path(__file__).parent / "labels"), str(Path(__file__).parent / "doctor")]

WriteFrames = Callable[..., Path]
NumbersOf = Callable[[NDArray[np.uint8]], list[int]]

_BITS = 7
_INTRA_ONLY = {"ffv1", "mjpeg", "rawvideo"}


def numbered_frames(n_frames: int, height: int = 64, width: int = 96) -> NDArray[np.uint8]:
    """Frames whose number stands in them as bright and dark bands, on a red ground; shape (T, H, W, 3)."""
    frames = np.full((n_frames, height, width, 3), (150, 40, 40), dtype=np.uint8)
    for bit in range(_BITS):
        is_bright = (np.arange(n_frames) >> bit & 1)[:, None, None, None] == 1
        frames[:, 8 * bit : 8 * bit + 8, :32] = np.where(is_bright, 225, 20)
    return frames


@pytest.fixture(scope="session")
def numbers_of() -> NumbersOf:
    """Read the numbers off frames."""

    def read(frames: NDArray[np.uint8]) -> list[int]:
        bands = [frames[:, 8 * bit + 2 : 8 * bit + 6, 4:28].mean(axis=(1, 2, 3)) > 122 for bit in range(_BITS)]
        return [int(number) for number in sum(band.astype(int) << bit for bit, band in enumerate(bands))]

    return read


@pytest.fixture(scope="session")
def write_frames() -> WriteFrames:
    """Write frames with PyAV, in any container and codec."""

    def write(
        path: Path,
        frames: NDArray[Any],
        rate: Fraction | float = 30,
        *,
        codec: str = "libx264",
        pix_fmt: str = "yuv420p",
        stamps: Sequence[int] | None = None,
        tick: Fraction = Fraction(1, 1000),
        container: str | None = None,
        gop: int = 12,
        b_frames: int = 2,
        options: dict[str, str] | None = None,
        container_options: dict[str, str] | None = None,
        source: str = "rgb24",
    ) -> Path:
        with av.open(str(path), "w", format=container, options=container_options or {}) as output:
            stream = output.add_stream(codec, rate=Fraction(rate).limit_denominator(2000), options=options or {})
            stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], pix_fmt
            if codec not in _INTRA_ONLY:
                stream.codec_context.gop_size, stream.codec_context.max_b_frames = gop, b_frames
            if stamps is not None:
                stream.codec_context.time_base = tick
            for index, picture in enumerate(frames):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format=source)
                if stamps is not None:
                    frame.pts, frame.time_base = stamps[index], tick
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        return path

    return write


@pytest.fixture(scope="session")
def write_clip(write_frames: WriteFrames) -> WriteFrames:
    """Write so many numbered frames; the rest as `write_frames`."""

    def write(path: Path, n_frames: int = 60, **options: Any) -> Path:
        return write_frames(path, numbered_frames(n_frames, *options.pop("size", (64, 96))), **options)

    return write


def uneven_stamps(n_frames: int, first: int = 0) -> list[int]:
    """Milliseconds at which a camera with a mind of its own takes its frames."""
    gaps = np.random.default_rng(3).integers(10, 60, n_frames)
    return [int(stamp) for stamp in np.cumsum(gaps) - gaps[0] + first]


CLIPS: dict[str, dict[str, Any]] = {
    "b-frames.mp4": {},
    "every frame a key.mp4": {"gop": 1, "b_frames": 0},
    "one key frame.mp4": {"gop": 1000, "options": {"x264-params": "scenecut=0"}},
    "open gops.mp4": {"options": {"x264-params": "open-gop=1:keyint=12:bframes=3:scenecut=0"}},
    "rolling refresh.mp4": {"options": {"x264-params": "intra-refresh=1:keyint=20"}},
    "b-frames.mkv": {},
    "phone.mov": {},
    "broadcast.ts": {},
    "disc.mpg": {"codec": "mpeg2video"},
    "web.webm": {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "16"}},
    "old camera.avi": {"codec": "mpeg4"},
    "motion jpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "h264 in.avi": {},
    "open gops in.avi": {"options": {"x264-params": "open-gop=1:keyint=12:bframes=3:scenecut=0"}},
    "lossless.avi": {"codec": "ffv1", "pix_fmt": "bgr0"},
    "uneven.mp4": {"stamps": uneven_stamps(60, first=40)},
    "uneven.mkv": {"stamps": uneven_stamps(60)},
    "renamed.avi": {"container": "matroska"},
}
"""Ways in which cameras and programs write videos, by the name of a file; all hold frames 0 to 59."""


@pytest.fixture(scope="session", params=CLIPS.keys())
def clip_path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, write_clip: WriteFrames
) -> Path:
    """One of `CLIPS` after the other, 60 frames at 30 Hz."""
    return write_clip(tmp_path_factory.mktemp("clips") / request.param, **CLIPS[request.param])


@pytest.fixture(scope="session")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Cut a file at two thirds, as a full disk or a power cut does."""

    def make(path: Path) -> Path:
        content = path.read_bytes()
        shorter = tmp_path_factory.mktemp("cut") / path.name
        shorter.write_bytes(content[: len(content) * 2 // 3])
        return shorter

    return make


@pytest.fixture(scope="session")
def blank_packets() -> Callable[[Path, Sequence[int]], None]:
    """Overwrite packets of a video, by number, with zeros, as a bad sector does."""

    def blank(path: Path, numbers: Sequence[int]) -> None:
        content = bytearray(path.read_bytes())
        with av.open(str(path)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.size]
            for number in numbers:
                at, size = packets[number].pos, packets[number].size
                content[at : at + size] = bytes(size)
        path.write_bytes(content)

    return blank


@pytest.fixture
def write_labels(tmp_path: Path) -> Callable[..., Path]:
    """Write a label file from its text, or its bytes as they are."""

    def write(content: str | bytes, name: str = "labels.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that property tests write over again and again."""
    return tmp_path_factory.mktemp("scratch") / "labels.csv"


@pytest.fixture
def write_workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write a spreadsheet from the rows of each sheet."""

    def write(sheets: dict[str, list[list[Any]]], name: str = "labels.xlsx") -> Path:
        openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install openpyxl")
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def write_old_workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write a spreadsheet of Office 97 to 2003 from the rows of each sheet."""

    def write(sheets: dict[str, list[list[Any]]], name: str = "labels.xls") -> Path:
        xlwt = pytest.importorskip("xlwt", reason="xlwt is not installed: pip install xlwt")
        book = xlwt.Workbook()
        formats = {
            datetime: xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS"),
            time: xlwt.easyxf(num_format_str="HH:MM:SS"),
        }
        for title, rows in sheets.items():
            sheet = book.add_sheet(title)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell, formats.get(type(cell), xlwt.Style.default_style))
        book.save(tmp_path / name)
        return tmp_path / name

    return write
