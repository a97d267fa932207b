"""One of several recordings, animals or persons that share a file is chosen by name, never by order."""

from __future__ import annotations

import pytest

from deg_core.api import LabelError
from deg_plugins_io.labels.choice import choose, choose_recording, is_file_of

ABOUT = {"what": "subject", "setting": "subject", "where": "labels.csv"}


@pytest.mark.parametrize(
    ("found", "wanted", "chosen"),
    [
        ([], None, None),
        ([], "m1", None),
        (["m1", "m1"], None, "m1"),
        (["m1", "m2"], "m2", "m2"),
        (["", "m2"], "", ""),
    ],
)
def test_the_only_one_or_the_one_asked_for_is_chosen(found, wanted, chosen):
    assert choose(found, wanted, **ABOUT) == chosen


def test_among_several_somebody_must_choose():
    with pytest.raises(LabelError, match="holds 2 subjects") as caught:
        choose(["m2", "m1", "m2"], None, **ABOUT)
    assert caught.value.fix == "choose with the setting `subject` among: 'm2', 'm1'"
    assert caught.value.where == "labels.csv"


def test_one_that_is_not_there_is_refused_with_what_is_near():
    with pytest.raises(LabelError, match="holds no subject 'mouse 1'") as caught:
        choose(["mouse 11", "rat"], "mouse 1", **ABOUT)
    assert caught.value.fix == "did you mean 'mouse 11'? choose with the setting `subject` among: 'mouse 11', 'rat'"


def test_one_that_is_like_none_is_refused_without_a_guess():
    with pytest.raises(LabelError, match="holds no subject 'cage'") as caught:
        choose(["mouse 11", "rat"], "cage", **ABOUT)
    assert caught.value.fix == "choose with the setting `subject` among: 'mouse 11', 'rat'"


def test_twelve_names_are_listed():
    with pytest.raises(LabelError, match="holds 12 subjects") as caught:
        choose(map(str, range(12)), None, **ABOUT)
    assert caught.value.fix.endswith("'10', '11'")


def test_a_long_list_is_cut():
    with pytest.raises(LabelError, match="holds 40 subjects") as caught:
        choose(map(str, range(40)), None, **ABOUT)
    assert caught.value.fix.endswith("'11' and 28 more")


MEDIA = {"first": ("x/a.mp4",), "second": ("x/b.mp4", "x/c.mp4"), "third": ()}
PARTS = {"what": "observation", "setting": "observation", "where": "labels.csv"}


@pytest.mark.parametrize(
    ("wanted", "name", "chosen"), [(None, "a", "first"), (None, "c", "second"), ("third", "a", "third")]
)
def test_the_recordings_own_name_decides_where_nothing_is_asked_for(wanted, name, chosen):
    assert choose_recording(MEDIA, wanted, name, **PARTS) == chosen


def test_several_parts_or_none_about_a_recording_are_no_choice():
    for media in (MEDIA, MEDIA | {"fourth": ("x/d.mp4",), "fifth": ("d.avi",)}):
        with pytest.raises(LabelError, match=f"holds {len(media)} observations"):
            choose_recording(media, None, "d", **PARTS)


def test_the_only_part_is_taken_whatever_its_video_is_called():
    assert choose_recording({"only": ("renamed.mp4",)}, None, "a", **PARTS) == "only"
    assert choose_recording({}, None, "a", **PARTS) is None


@pytest.mark.parametrize(
    ("file", "is_own"),
    [
        ("clip.mp4", True),
        ("clip", True),
        ("D:\\films\\clip.MP4", True),
        ("/films/clip.mp4", True),
        ("films\\sub/clip.avi", True),
        ("clip.2.mp4", False),
        ("clip2.mp4", False),
        ("clip/other.mp4", False),
        ("", False),
    ],
)
def test_paths_of_any_computer_end_in_a_file_name(file, is_own):
    assert is_file_of(file, "clip") == is_own


def test_a_name_with_a_full_stop_is_compared_whole():
    assert is_file_of("x/day.1.mp4", "day.1")
    assert not is_file_of("x/day.2.mp4", "day.1")
