"""Every kind of video that laboratories hold is read as it was written, by the reader that deg takes by itself."""

from __future__ import annotations

import av
import numpy as np
import pytest
from video_kinds import DECODED_ONLY, KINDS, N_FRAMES, VideoKind, numbers_shown, picture_frames, write_kind

from deg_core import open_video


def needs_encoder(kind: VideoKind) -> None:
    try:
        av.codec.Codec(kind.codec, "w")
    except av.codec.codec.UnknownCodecError:
        pytest.skip(f"this FFmpeg does not write {kind.codec}")


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def written(request, tmp_path_factory):
    needs_encoder(request.param)
    return request.param, *write_kind(tmp_path_factory.mktemp("kinds"), request.param)


def open_written(kind, path):
    return open_video(path, settings={"frames_per_second": float(kind.rate)} if kind.asks_rate else {})


def test_frames_rate_and_times_are_those_that_were_written(written):
    kind, path, expected = written
    video = open_written(kind, path)
    assert video.n_frames == N_FRAMES
    assert video.frames_per_second == pytest.approx(float(kind.rate), rel=1e-6)
    np.testing.assert_allclose(video.times_s, np.arange(N_FRAMES) / float(kind.rate), atol=1e-6)
    frames = video.read(0, N_FRAMES)
    assert frames.shape == expected.shape
    assert numbers_shown(frames) == list(range(N_FRAMES))
    assert np.abs(frames.astype(int) - expected).mean() <= kind.loss


def test_frames_are_the_same_in_any_order(written):
    kind, path, _ = written
    video = open_written(kind, path)
    whole = video.read(0, N_FRAMES)
    for index in (19, 3, 12, 0, 7):
        assert np.array_equal(video.read(index, index + 1)[0], whole[index])


@pytest.mark.parametrize("codec", DECODED_ONLY)
def test_codecs_that_nothing_here_writes_are_decoded_by_ffmpeg(codec):
    assert av.codec.Codec(codec, "r").is_decoder


def test_numbers_are_told_from_what_shows_none():
    frames = picture_frames((32, 48))
    assert numbers_shown(frames) == list(range(N_FRAMES))
    assert numbers_shown(frames[:1] // 2 + 60) == [-1]
