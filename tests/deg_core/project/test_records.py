from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from deg_core.data.labels import Labels
from deg_core.errors import LabelError, ManifestError, ProjectError
from deg_core.project.layout import Layout
from deg_core.project.records import add_record, list_records, load_labels, load_record, save_labels, yaml_values


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "project")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "day 1.mp4"
    path.write_bytes(b"pictures")
    return path


def test_a_video_is_remembered_where_it_lies(layout: Layout, video: Path) -> None:
    added = add_record(layout, "day 1", video, {"animal": "m3", "cage": "7"}, copy=False)
    assert added == load_record(layout, "day 1")
    assert added.video_path == video.resolve()
    assert added.groups == {"animal": "m3", "cage": "7"}
    assert added.labels_path is None


def test_a_copied_video_lies_in_the_project(layout: Layout, video: Path) -> None:
    added = add_record(layout, "one", video, {}, copy=True)
    assert added.video_path == layout.recording("one") / "day 1.mp4"
    assert added.video_path.read_bytes() == b"pictures"


def test_a_copied_folder_of_stills_lies_in_the_project(layout: Layout, tmp_path: Path) -> None:
    stills = tmp_path / "stills"
    stills.mkdir()
    (stills / "1.png").write_bytes(b"picture")
    added = add_record(layout, "one", stills, {}, copy=True)
    assert (added.video_path / "1.png").read_bytes() == b"picture"


def test_a_project_that_moves_takes_its_own_videos_along(layout: Layout) -> None:
    inside = layout.root / "videos" / "a.mp4"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"pictures")
    add_record(layout, "a", inside, {}, copy=False)
    moved = layout.root.rename(layout.root.with_name("moved"))
    assert load_record(Layout(moved), "a").video_path == (moved / "videos" / "a.mp4").resolve()


def test_recordings_are_listed_by_name(layout: Layout, video: Path) -> None:
    assert list_records(layout) == []
    for name in ("b", "a", "c"):
        add_record(layout, name, video, {}, copy=False)
    (layout.recordings / "not a recording").mkdir()
    assert [record.name for record in list_records(layout)] == ["a", "b", "c"]


def test_a_name_is_taken_once(layout: Layout, video: Path) -> None:
    add_record(layout, "one", video, {}, copy=False)
    with pytest.raises(ProjectError, match="'one' already") as caught:
        add_record(layout, "one", video, {}, copy=False)
    assert "--name" in caught.value.fix


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\\b", "a:b", "a\nb", " a", "what?"])
def test_a_name_must_do_for_a_folder_everywhere(layout: Layout, video: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="cannot name a recording"):
        add_record(layout, name, video, {}, copy=False)
    assert not layout.recordings.exists()


def test_an_unknown_recording_is_refused(layout: Layout) -> None:
    with pytest.raises(ProjectError, match="no recording named 'two'") as caught:
        load_record(layout, "two")
    assert "deg add" in caught.value.fix


@pytest.mark.parametrize("text", ["", "vido: a.mp4\n", "video: [1]\n", "video: 'a\n", "- a\n"])
def test_a_damaged_card_is_named(layout: Layout, text: str) -> None:
    card = layout.recording("one") / "recording.yaml"
    card.parent.mkdir(parents=True)
    card.write_text(text)
    with pytest.raises(ManifestError, match="damaged") as caught:
        load_record(layout, "one")
    assert caught.value.where == str(card)


names = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8).filter(
        lambda name: name == name.strip()
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(names, st.integers(1, 20), st.data())
def test_labels_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], n_frames: int, data: st.DataObject
) -> None:
    layout = Layout(tmp_path_factory.getbasetemp() / "labels")
    if not layout.recordings.exists():
        add_record(layout, "one", tmp_path_factory.getbasetemp(), {}, copy=False)
    marks = data.draw(arrays(np.int8, (n_frames, len(names)), elements=st.sampled_from([-1, 0, 1])))
    save_labels(layout, "one", Labels(marks, tuple(names), 30.0))
    labels = load_labels(load_record(layout, "one"), tuple(names))
    assert labels is not None
    assert labels.behaviours == tuple(names)
    assert np.array_equal(labels.marks, marks)


@pytest.fixture
def labelled(layout: Layout, video: Path) -> Layout:
    add_record(layout, "one", video, {}, copy=False)
    marks: NDArray[np.int8] = np.array([[1, 0], [0, -1]], dtype=np.int8)
    save_labels(layout, "one", Labels(marks, ("walk", "rear"), 30.0))
    return layout


def test_labels_are_a_table_that_people_can_read(labelled: Layout) -> None:
    text = (labelled.recording("one") / "labels.csv").read_bytes()
    assert text == b"frame,walk,rear\n0,1,0\n1,0,-1\n"


def test_labels_of_unknown_behaviours_are_refused(labelled: Layout) -> None:
    with pytest.raises(LabelError, match="unknown behaviour 'rear'"):
        load_labels(load_record(labelled, "one"), ("walk",))


@pytest.mark.parametrize(
    "text", ["", "frame,walk,rear\n", "frame,walk,rear\n0,1\n", "frame,walk,rear\n0,1,x\n", "frame,walk,rear\n0,1,7\n"]
)
def test_damaged_labels_are_named(labelled: Layout, text: str) -> None:
    path = labelled.recording("one") / "labels.csv"
    path.write_text(text)
    with pytest.raises(LabelError, match="damaged") as caught:
        load_labels(load_record(labelled, "one"), ("walk", "rear"))
    assert caught.value.where == str(path)
    assert "import" in caught.value.fix


def test_a_recording_nobody_scored_has_no_labels(layout: Layout, video: Path) -> None:
    assert load_labels(add_record(layout, "one", video, {}, copy=False), ("walk",)) is None


def test_a_full_disk_keeps_the_old_labels(labelled: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (labelled.recording("one") / "labels.csv").read_bytes()
    monkeypatch.setattr("deg_core.project.records.mark_rows", fill_up)
    with pytest.raises(ProjectError, match="No space left"):
        save_labels(labelled, "one", Labels(np.zeros((2, 2), np.int8), ("walk", "rear"), 30.0))
    assert (labelled.recording("one") / "labels.csv").read_bytes() == before


def test_a_damaged_file_of_values_is_named(tmp_path: Path) -> None:
    path = tmp_path / "split.yaml"
    path.write_bytes(b"a: \xff")
    with pytest.raises(ManifestError, match="not valid YAML") as caught:
        yaml_values(path)
    assert caught.value.where == str(path)
