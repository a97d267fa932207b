"""Steps of one job that go on at the same time, each a bounded way ahead of the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_END = object()


def ahead(source: Generator[T, None, None], room: int = 1) -> Generator[T, None, None]:
    """Iterate in a thread of its own, which works on the next items while the caller uses this one.

    Decoding, resizing and networks let go of Python's lock, so threads are enough. Whatever the source raises is raised
    here, in its turn. When the caller stops early the item in work is finished, and the source is closed.

    Args:
        source: Gives items; not to be touched elsewhere.
        room: Items that may be ready beside the one that the caller has.
    """
    worker = ThreadPoolExecutor(max_workers=1)
    try:
        coming = deque(worker.submit(next, source, _END) for _ in range(room))
        while (item := coming.popleft().result()) is not _END:
            coming.append(worker.submit(next, source, _END))
            yield item  # type: ignore[misc]  # all but the end are of the source
    finally:
        worker.shutdown(cancel_futures=True)
        source.close()
