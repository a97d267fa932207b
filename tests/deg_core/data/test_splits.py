from __future__ import annotations

from deg_core.data.record import Span
from deg_core.data.splits import PARTS, Split


def test_parts_are_found_by_name() -> None:
    split = Split(train=(Span("a", 0, 9),), validation=(Span("b", 0, 9),), test=(Span("c", 0, 9),))
    assert [split.part(part)[0].record for part in PARTS] == ["a", "b", "c"]
    assert PARTS == ("train", "validation", "test")
