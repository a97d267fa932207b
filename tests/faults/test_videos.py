"""Damaged and odd videos: each is read right, said to be damaged, or refused; none harms the process that reads it."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

import av
import cv2
import h5py
import numpy as np
import pytest
from harness import Outcome, attempt, told
from odd_videos import Wholes, odd_files
from video_damage import DAMAGES, damaged
from video_kinds import KINDS, picture_frames, write_kind

from deg_core import open_video
from deg_core.api import VideoError

DAMAGED = (
    "h264.mp4", "h264.mov", "h264.avi", "h264.mkv", "h264.ts", "h264.flv", "h264.mxf", "h264.h264", "h264-10-bit.mp4",
    "hevc.mp4", "hevc.mkv", "vp8.webm", "vp9.webm", "vp8.ivf", "mpeg4.avi", "mpeg4.mp4", "msmpeg4.avi", "mpeg1.mpg",
    "mpeg2.mpg", "mpeg2.ts", "wmv2.wmv", "flv1.flv", "mjpeg.avi", "mjpeg.mov", "mjpeg.mkv", "mjpeg.mjpeg", "prores.mov",
    "ffv1.avi", "ffv1.mkv", "ffv1-grey-16-bit.avi", "ffv1.nut", "huffyuv.avi", "utvideo.avi", "magicyuv.avi", "raw.avi",
    "raw.mov", "y4m.y4m", "png.mov", "qtrle.mov", "cinepak.avi", "animation.gif",
)  # fmt: skip
FOUND = (
    # Once: frames under wrong numbers after a seek, errors that were nobody's, another answer for another order.
    ("raw-yuv.avi", "zero", 0), ("raw.avi", "swap", 0), ("huffyuv.avi", "scramble", 0),
    ("raw-packed.avi", "flip_many", 0), ("jpeg2000.mxf", "drop", 0), ("jpeg2000.mxf", "cut", 0),
    ("mjpeg.mjpeg", "flip_head", 0), ("mpeg2.vob", "flip_many", 1), ("ffv1-grey-10-bit.mkv", "swap", 0),
    ("flv1.flv", "drop", 0), ("h264.flv", "repeat", 10), ("cineform.mov", "swap", 1),
    ("ffv1.nut", "flip_many", 21), ("prores-alpha.mov", "flip_many", 21), ("cinepak.avi", "flip_many", 24),
)  # fmt: skip
"""Kind, damage and seed of files that once were read wrongly."""
HARMLESS = ("ok", "refused")


@pytest.fixture(scope="module")
def wholes(tmp_path_factory) -> Wholes:
    folder = tmp_path_factory.mktemp("wholes")
    contents = Wholes()
    for kind in KINDS:
        if kind.size[0] <= 96:
            try:
                contents[kind.name] = write_kind(folder, kind)[0].read_bytes()
            except (av.codec.codec.UnknownCodecError, av.FFmpegError, ValueError):
                continue  # this FFmpeg does not write it
    return contents


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def ends(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(each.message.split(":")[0] if each.verdict == "ok" else each.verdict for each in outcomes)


def test_damaged_videos_are_read_right_or_said_to_be_damaged_or_refused(tmp_path, wholes):
    cases = [
        write(tmp_path, f"{damage.__name__} {name}", damaged(wholes[name], damage, 0))
        for name in DAMAGED
        if name in wholes
        for damage in DAMAGES
    ]
    outcomes = attempt("video_reading:read_file", cases)
    assert told(outcomes, *HARMLESS) == ""
    found = ends(outcomes)
    assert len(outcomes) >= 500
    assert found["whole"] > 50
    assert found["said"] > 150
    # Other pixels where a codec has no check sums, and ends of streams that do not say how long they are.
    assert found["quiet"] < 0.07 * (len(outcomes) - found["refused"]), told(outcomes, "refused")


def test_what_was_once_read_wrongly_is_not(tmp_path, wholes):
    by_name = {damage.__name__: damage for damage in DAMAGES}
    cases = [
        write(tmp_path, f"{damage} {seed} {name}", damaged(wholes[name], by_name[damage], seed))
        for name, damage, seed in FOUND
        if name in wholes
    ]
    outcomes = attempt("video_reading:read_file", cases)
    assert told(outcomes, *HARMLESS) == ""
    assert ends(outcomes)["quiet"] == 0, [each.message for each in outcomes]


def test_odd_files_end_as_they_should(tmp_path, wholes):
    expected = dict(odd_files(tmp_path, wholes))
    outcomes = attempt("video_reading:read_file", list(expected))
    assert told(outcomes, *HARMLESS) == ""
    for outcome in outcomes:
        end = outcome.message.split(":")[0] if outcome.verdict == "ok" else "refused"
        wanted = expected[outcome.case]
        is_right = wanted == "longer" or end == wanted or (wanted == "any" and end != "quiet")
        assert is_right, f"{outcome.case.name!r}: {outcome.message}"


def test_a_name_is_never_taken_for_a_protocol(tmp_path, wholes, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("cam1:mouse.mp4", "concat:a.mp4", "file:a.mp4"):
        try:
            Path(name).write_bytes(wholes["h264.mp4"])
        except OSError:
            pytest.skip("this file system has no such names")
        assert open_video(Path(name)).n_frames == 20


def test_damaged_videos_do_no_harm_to_opencv(tmp_path, wholes):
    cases = [
        write(tmp_path, f"{damage.__name__} {name}", damaged(wholes[name], damage, 0))
        for name in ("h264.mp4", "h264.avi", "h264.mkv", "mjpeg.avi", "ffv1.avi", "mpeg2.ts", "mpeg4.avi")
        for damage in DAMAGES
    ]
    assert told(attempt("video_reading:read_with_opencv", cases), *HARMLESS) == ""


def write_hdf5(path: Path, kind: str) -> bytes:
    frames = picture_frames((32, 48))
    with h5py.File(path, "w") as file:
        file.attrs["fps"] = 25.0
        if kind == "encoded":
            pictures = file.create_dataset("frame", (20,), maxshape=(None,), dtype=h5py.vlen_dtype(np.uint8))
            for index, frame in enumerate(frames):
                pictures[index] = cv2.imencode(".jpg", frame[..., ::-1])[1].ravel()
        elif kind == "packed":
            file.create_dataset("a/frames", data=frames, chunks=(4, 32, 48, 3), compression="gzip", fletcher32=True)
        else:
            file["frames"] = frames
    return path.read_bytes()


def test_damaged_hdf5_files_are_read_or_refused(tmp_path):
    contents = {kind: write_hdf5(tmp_path / f"{kind}.h5", kind) for kind in ("plain", "packed", "encoded")}
    cases = [
        write(tmp_path, f"{damage.__name__} {seed} {kind}.h5", damaged(content, damage, seed))
        for kind, content in contents.items()
        for damage in DAMAGES
        for seed in (0, 1, 2, 5, 23)  # 2, 5: HDF5 itself never returned; 23: it asked for gigabytes
    ]
    outcomes = attempt("video_reading:read_hdf5", cases)
    assert told(outcomes, *HARMLESS) == ""
    assert ends(outcomes)["whole"] > 20


def test_sound_hdf5_files_are_read_whole(tmp_path):
    kinds = ("plain", "packed", "encoded")
    for kind in kinds:
        write_hdf5(tmp_path / f"{kind}.h5", kind)
    outcomes = attempt("video_reading:read_hdf5", [tmp_path / f"{kind}.h5" for kind in kinds])
    assert [(each.verdict, each.message) for each in outcomes] == [("ok", "whole")] * 3


def test_damaged_stills_are_read_or_refused(tmp_path):
    cases = []
    for suffix in ("png", "jpg", "tif", "bmp"):
        stills = [cv2.imencode(f".{suffix}", frame[..., ::-1])[1].tobytes() for frame in picture_frames((32, 48), 4)]
        for damage in DAMAGES:
            for seed in (0, 1004):  # 1004: a chunk of two gigabytes
                folder = tmp_path / f"{damage.__name__} {seed} {suffix}"
                folder.mkdir()
                cases.append(folder)
                for index, still in enumerate(stills):
                    content = damaged(still, damage, seed + index) if index % 2 else still
                    write(folder, f"{index}.{suffix}", content)
    cases.append(tmp_path / "bomb")
    cases[-1].mkdir()
    still = cv2.imencode(".png", picture_frames((32, 48), 1)[0])[1].tobytes()
    write(cases[-1], "0.png", still.replace(struct.pack(">II", 48, 32), struct.pack(">II", 30_000, 30_000)))
    assert told(attempt("video_reading:read_folder", cases), *HARMLESS) == ""


def test_the_refusal_of_a_list_of_videos_says_what_it_is(tmp_path, wholes):
    write(tmp_path, "whole.mp4", wholes["h264.mp4"])
    script = write(tmp_path, "list.mp4", b"ffconcat version 1.0\nfile whole.mp4\n")
    with pytest.raises(VideoError, match="a list of videos"):
        open_video(script)
