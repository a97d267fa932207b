"""What every label format must do, as a test class for its author to inherit from.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.data.labels import Labels
from deg_core.data.timeline import Timeline
from deg_core.descriptors import LabelFormatPlugin, PluginSettings
from deg_core.errors import LabelError
from deg_core.testing.random_state import left_alone

NAMES = ("walk", "rear, high", 'groom "paws"', "Größe", "never seen")
_SPANS = (
    ("walk", 0, 7),  # from the first frame
    ("rear, high", 7, 8),  # one frame, right after another behaviour
    ("walk", 12, 30),
    ('groom "paws"', 20, 41),  # overlaps another
    ("walk", 31, 33),  # one frame after the bout before
    ("Größe", 90, 97),  # to the last frame
)
N_FRAMES = 97


def spanned_labels(frames_per_second: float = 30.0) -> Labels:
    """Labels with bouts at both ends, of one frame, touching, overlapping, and a behaviour that never happens."""
    marks = np.zeros((N_FRAMES, len(NAMES)), dtype=np.int8)
    for name, start, stop in _SPANS:
        marks[start:stop, NAMES.index(name)] = 1
    return Labels(marks, NAMES, frames_per_second)


def uneven_timeline() -> Timeline:
    """A recording with a variable frame rate."""
    gaps_s = np.random.default_rng(0).integers(20, 60, N_FRAMES) / 1000
    times_s = np.cumsum(gaps_s) - gaps_s[0]
    return Timeline("clip", times_s, float((N_FRAMES - 1) / times_s[-1]))


_TIMELINES = {
    "30": Timeline.regular("clip", N_FRAMES, 30.0),
    "29.97": Timeline.regular("clip", N_FRAMES, 30000 / 1001),
    "59.94": Timeline.regular("clip", N_FRAMES, 60000 / 1001),
    "500": Timeline.regular("clip", N_FRAMES, 500.0),
    "variable": uneven_timeline(),
}


class LabelFormatContract:
    """Inherit, name your plugin, and give an example of a file with its meaning.

    Attributes:
        plugin: The plugin. What it does not do, reading or writing, is not tried.
        example: Text of a file, or its bytes.
        example_labels: What it means, for a recording of as many frames.
        example_rate: Rate of that recording, Hz.
    """

    plugin: LabelFormatPlugin[Any]
    example: str | bytes
    example_labels: Labels
    example_rate: float = 25.0

    def settings(self) -> PluginSettings:
        """Settings to read and write with; its defaults unless overridden."""
        made: PluginSettings = self.plugin.settings()
        return made

    def _path(self, folder: Path) -> Path:
        return folder / f"labels{self.plugin.suffixes[0]}"

    def _read(self, path: Path, timeline: Timeline | None, behaviours: tuple[str, ...] = ()) -> Labels:
        if self.plugin.read is None:
            pytest.skip("it does not read")
        return self.plugin.read(path, self.settings(), timeline, behaviours)

    def _write(self, path: Path, labels: Labels, timeline: Timeline) -> tuple[str, ...]:
        if self.plugin.write is None:
            pytest.skip("it does not write")
        return self.plugin.write(path, labels, self.settings(), timeline)

    def _written(self, folder: Path, labels: Labels, timeline: Timeline) -> Path:
        path = self._path(folder)
        self._write(path, labels, timeline)
        return path

    def test_reads_or_writes(self) -> None:
        """At least one of them."""
        assert self.plugin.read is not None or self.plugin.write is not None
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in self.plugin.suffixes)
        assert self.plugin.suffixes

    def test_the_example_means_what_its_author_says(self, tmp_path: Path) -> None:
        """Names in order, every mark, the rate of the recording where any."""
        path = self._path(tmp_path)
        path.write_bytes(self.example.encode() if isinstance(self.example, str) else self.example)
        expected = self.example_labels
        timeline = Timeline.regular("clip", expected.n_frames, self.example_rate)
        labels = self._read(path, timeline, expected.behaviours)
        assert labels.behaviours == expected.behaviours
        assert np.array_equal(labels.marks, expected.marks)
        assert labels.frames_per_second in {None, self.example_rate}

    @pytest.mark.parametrize("timeline", _TIMELINES.values(), ids=_TIMELINES.keys())
    def test_what_is_written_is_read_again(self, tmp_path: Path, timeline: Timeline) -> None:
        """To the frame, at odd and variable rates, with names that hold commas, quotes and accents."""
        labels = spanned_labels(timeline.frames_per_second)
        path = self._path(tmp_path)
        assert self._write(path, labels, timeline) == ()
        assert _shown(self._read(path, timeline, NAMES), NAMES) == _shown(labels, NAMES)

    def test_a_bout_ends_before_its_stop(self, tmp_path: Path) -> None:
        """Spans are half-open: frames 10 to 13 are three frames."""
        timeline = _TIMELINES["30"]
        marks = np.zeros((N_FRAMES, 1), dtype=np.int8)
        marks[10:13] = 1
        path = self._written(tmp_path, Labels(marks, ("walk",), 30.0), timeline)
        assert np.flatnonzero(self._read(path, timeline, ("walk",)).marks[:, 0] == 1).tolist() == [10, 11, 12]

    @pytest.mark.parametrize("column", [0, slice(None)], ids=["one behaviour", "all behaviours"])
    def test_frames_that_are_not_labelled_stay_so_or_are_told_of(self, tmp_path: Path, column: Any) -> None:
        """What a format cannot hold it says when writing; what is labelled it keeps."""
        timeline, labels = _TIMELINES["30"], spanned_labels()
        labels.marks[40:60, column] = -1
        path = self._path(tmp_path)
        notes = self._write(path, labels, timeline)
        read = self._read(path, timeline, NAMES).for_behaviours(NAMES, where="")
        is_labelled = labels.marks != -1
        assert np.array_equal(read.marks[is_labelled], labels.marks[is_labelled])
        assert (read.marks[~is_labelled] == -1).all() or any(notes)
        assert isinstance(notes, tuple)

    def test_what_nobody_saw_is_absent_or_left_out(self, tmp_path: Path) -> None:
        """Formats of events take it as absent; formats with a column each leave it out."""
        timeline = _TIMELINES["30"]
        path = self._written(tmp_path, spanned_labels(), timeline)
        labels = self._read(path, timeline, (*NAMES, "also never"))
        if "also never" in labels.behaviours:
            assert (labels.marks[:, labels.behaviours.index("also never")] == 0).all()

    def test_behaviours_that_the_project_lacks_are_not_hidden(self, tmp_path: Path) -> None:
        """The project refuses them by name, so they must reach it."""
        timeline = _TIMELINES["30"]
        labels = self._read(self._written(tmp_path, spanned_labels(), timeline), timeline, ("walk",))
        with pytest.raises(LabelError, match="unknown behaviour"):
            labels.for_behaviours(("walk",), where="labels")

    def test_the_same_labels_make_the_same_file(self, tmp_path: Path) -> None:
        """Byte for byte, also over an older file."""
        path = self._written(tmp_path, spanned_labels(), _TIMELINES["30"])
        first = path.read_bytes()
        assert self._written(tmp_path, spanned_labels(), _TIMELINES["30"]).read_bytes() == first

    def test_leaves_global_random_state_alone(self, tmp_path: Path) -> None:
        """Neither writing nor reading draws or seeds."""
        with left_alone():
            path = self._written(tmp_path, spanned_labels(), _TIMELINES["30"])
            self._read(path, _TIMELINES["30"], NAMES)

    def test_refuses_labels_of_a_longer_recording(self, tmp_path: Path) -> None:
        """Whether it counts frames or sees a bout behind the end."""
        path = self._written(tmp_path, spanned_labels(), _TIMELINES["30"])
        with pytest.raises(LabelError):
            self._read(path, Timeline.regular("clip", 60, 30.0), NAMES)

    def test_reads_or_refuses_without_a_timeline(self, tmp_path: Path) -> None:
        """A format that needs the recording's times says so."""
        path = self._written(tmp_path, spanned_labels(), _TIMELINES["30"])
        try:
            labels = self._read(path, None, NAMES)
        except LabelError:
            return
        assert _shown(labels, NAMES) == _shown(spanned_labels(), NAMES)

    @pytest.mark.parametrize(
        "content",
        [b"", b"Dear diary,\ntoday the mouse slept.\n", b"\x00\x01\x02\xff" * 99, b"\n\n"],
        ids=["empty", "prose", "binary", "blank"],
    )
    def test_refuses_what_it_does_not_know(self, tmp_path: Path, content: bytes) -> None:
        """Never an empty answer, never another kind of error."""
        path = self._path(tmp_path)
        path.write_bytes(content)
        with pytest.raises(LabelError):
            self._read(path, _TIMELINES["30"], NAMES)

    def test_refuses_what_is_not_there(self, tmp_path: Path) -> None:
        """With a message for people."""
        with pytest.raises(LabelError):
            self._read(self._path(tmp_path), _TIMELINES["30"], NAMES)


def _shown(labels: Labels, names: tuple[str, ...]) -> dict[str, list[int]]:
    """Marks by behaviour, as something that a failing test prints well; never seen and left out are the same."""
    columns: dict[str, NDArray[np.int8]] = dict(zip(labels.behaviours, labels.marks.T, strict=True))
    return {name: np.flatnonzero(columns[name]).tolist() if name in columns else [] for name in names} | {
        name: column.tolist() for name, column in columns.items() if name not in names
    }
