from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from deg_core.inference.stages import ahead


def numbers(n: int, made: list[int] | None = None) -> Generator[int, None, None]:
    for number in range(n):
        if made is not None:
            made.append(number)
        yield number


@pytest.mark.parametrize("room", [1, 2, 5])
@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_gives_all_in_their_order(n: int, room: int) -> None:
    assert list(ahead(numbers(n), room)) == list(range(n))


def test_works_in_another_thread_while_the_caller_uses_the_last_item() -> None:
    both = threading.Barrier(2, timeout=5)

    def meeting() -> Generator[int, None, None]:
        yield 0
        both.wait()
        yield 1

    items = ahead(meeting())
    assert next(items) == 0
    both.wait()  # would never be met by a source that is asked only when its item is needed
    assert list(items) == [1]


def test_is_never_further_ahead_than_there_is_room() -> None:
    made: list[int] = []
    items = ahead(numbers(100, made), room=2)
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    items.close()
    assert len(made) <= 7


def test_an_error_comes_after_what_was_made_before_it() -> None:
    def breaking() -> Generator[int, None, None]:
        yield from numbers(2)
        raise OSError("disk went away")

    items = ahead(breaking(), room=3)
    assert [next(items), next(items)] == [0, 1]
    with pytest.raises(OSError, match="went away"):
        next(items)


def test_a_caller_that_stops_ends_the_thread_and_closes_the_source() -> None:
    closed = threading.Event()

    def watched() -> Generator[int, None, None]:
        try:
            yield from numbers(100)
        finally:
            closed.set()

    before = threading.active_count()
    items = ahead(watched())
    next(items)
    items.close()
    assert closed.is_set()
    assert threading.active_count() == before
