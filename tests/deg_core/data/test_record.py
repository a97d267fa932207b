from __future__ import annotations

from pathlib import Path

from deg_core.data.record import Record, Span


def test_a_span_counts_its_frames_half_open() -> None:
    assert Span("one", 10, 25).n_frames == 15


def test_spans_are_in_order_of_recording_and_time() -> None:
    assert sorted([Span("two", 0, 5), Span("one", 9, 12), Span("one", 2, 4)]) == [
        Span("one", 2, 4),
        Span("one", 9, 12),
        Span("two", 0, 5),
    ]


def test_a_record_has_no_labels_and_no_groups_unless_told() -> None:
    record = Record("one", Path("one.mp4"))
    assert record.labels_path is None
    assert record.groups == {}
