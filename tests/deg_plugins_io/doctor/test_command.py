"""`deg doctor`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from video_kinds import KINDS, write_kind

from deg_plugins_io.doctor.command import doctor

BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    sound, _ = write_kind(folder, BY_NAME["h264.mkv"])
    avi, _ = write_kind(folder, BY_NAME["raw.avi"])
    cut = folder / "cut.avi"
    cut.write_bytes(avi.read_bytes()[:50_000])
    text = folder / "text.mp4"
    text.write_text("no video\n" * 9)
    return {"sound": sound, "cut": cut, "text": text}


def run(*arguments):
    return CliRunner().invoke(doctor, [*map(str, arguments), "-q"])


def test_it_says_what_a_video_is_what_is_wrong_and_what_to_do(videos):
    result = run(videos["sound"], videos["cut"], videos["text"])
    assert result.exit_code == 2
    for line in (
        "  video     H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10; yuv420p, 8 bits",
        "  frames    20 decode, no number stated",
        "  deg reads 20 frames of 48 x 32 at 25 per second, 0.80 s",
        "  note: the file does not say how many frames it has",
        "    deg:  counts them",
        "    you:  choose the file that the camera made",
    ):
        assert line in result.output.splitlines()
    assert "of 20 frames are missing or do not decode" in result.output


@pytest.mark.parametrize(("names", "status"), [(["sound"], 0), (["sound", "cut"], 1), (["text", "sound"], 2)])
def test_the_exit_status_is_that_of_the_worst(videos, names, status):
    result = run(*(videos[name] for name in names), "--json")
    assert result.exit_code == status
    told = json.loads(result.stdout)
    assert [each["path"] for each in told] == [str(videos[name]) for name in names]
    assert max(each["status"] for each in told) == status


def test_settings_reach_the_reader(tmp_path):
    path, _ = write_kind(tmp_path, BY_NAME["mjpeg.mjpeg"])
    assert run(path).exit_code == 2
    result = run(path, "--set", "frames_per_second=50")
    assert result.exit_code == 0
    assert "at 50 per second" in result.output
