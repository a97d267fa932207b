"""Whatever is called a video: a file, a folder, an HDF5 file, or nothing of the kind."""

from __future__ import annotations

import cv2
import h5py
import numpy as np
import pytest
from video_kinds import KINDS, picture_frames, write_kind

import deg_plugins_io.doctor.examination
from deg_core.api import VideoError
from deg_plugins_io.doctor.examination import examine

BY_NAME = {kind.name: kind for kind in KINDS}


def unreadable(path):
    diagnosis = examine(path, {})
    (finding,) = diagnosis.findings
    assert (finding.kind, diagnosis.worst, diagnosis.read) == ("unreadable", 2, {})
    return finding


def test_a_folder_of_stills_tells_its_frames(tmp_path):
    for index, frame in enumerate(picture_frames((32, 48), 6)):
        cv2.imwrite(str(tmp_path / f"{index}.png"), frame)
    counted = []
    diagnosis = examine(tmp_path, {"frames_per_second": 50}, counted.append)
    assert counted == list(range(6))
    assert diagnosis.read == {"frames": 6, "frames_per_second": 50.0, "duration_s": 0.12, "width": 48, "height": 32}
    assert diagnosis.findings == ()
    (tmp_path / "3.png").write_bytes((tmp_path / "3.png").read_bytes()[:100])
    (tmp_path / "5.png").write_bytes((tmp_path / "4.png").read_bytes())
    damaged, repeated = examine(tmp_path, {}).findings
    assert damaged.what.startswith("1 frames cannot be read, the first of them frame 3: frame 3 cannot be decoded")
    assert repeated.what == "1 frames repeat the one before to the last bit"
    assert examine(tmp_path, {}).worst == 1
    (tmp_path / "4.png").write_bytes(b"")
    (damaged,) = examine(tmp_path, {}).findings
    assert damaged.what.startswith("2 frames cannot be read, the first of them frame 3: frame 3 cannot be decoded")


def test_an_hdf5_file_tells_its_frames(tmp_path):
    with h5py.File(tmp_path / "clip.h5", "w") as file:
        file["frames"] = picture_frames((32, 48))
        file.attrs["fps"] = 25
    diagnosis = examine(tmp_path / "clip.h5", {})
    assert (diagnosis.read["frames"], diagnosis.findings) == (20, ())


def test_an_mp4_without_its_index_is_told_from_others(tmp_path):
    path, _ = write_kind(tmp_path, BY_NAME["h264.mp4"])
    content = path.read_bytes()
    path.write_bytes(content[: content.find(b"moov") - 4])
    finding = unreadable(path)
    assert "it has pictures but no index (`moov`)" in finding.what
    assert "untrunc" in finding.fix


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04" + bytes(range(256)) * 8, "it is a zip archive"),
        (bytes(9000), "it begins with nothing but zeros: a copy that never ended"),
        (b"frame,groom\n0,1\n" * 900, "it is a text"),
        (b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 8, "it is an HDF5 file"),
        (np.random.default_rng(0).bytes(900), ""),
    ],
)
def test_what_is_no_video_is_named(tmp_path, content, what):
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    assert unreadable(path).what.endswith(what)


def test_a_file_that_is_not_there_is_unreadable(tmp_path):
    assert unreadable(tmp_path / "nothing.mp4").what == "the video is not there"


def test_settings_of_the_reader_are_passed_on(tmp_path):
    path, _ = write_kind(tmp_path, BY_NAME["mjpeg.mjpeg"])
    assert "frames_per_second" in unreadable(path).fix
    assert examine(path, {"frames_per_second": 50}).read["duration_s"] == pytest.approx(0.4)


def test_a_file_that_cannot_be_read_to_its_end_is_one_finding(tmp_path, monkeypatch):
    def look_at(path, count):
        raise VideoError("its drive went away", where=str(path), fix="plug it in again")

    path, _ = write_kind(tmp_path, BY_NAME["h264.mp4"])
    monkeypatch.setattr(deg_plugins_io.doctor.examination, "look_at", look_at)
    assert (unreadable(path).what, unreadable(path).fix) == ("its drive went away", "plug it in again")


def test_frames_are_counted_while_looking(tmp_path):
    path, _ = write_kind(tmp_path, BY_NAME["h264.mp4"])
    counted = []
    examine(path, {}, counted.append)
    assert counted == list(range(1, 21))
