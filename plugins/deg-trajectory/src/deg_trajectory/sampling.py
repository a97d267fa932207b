"""A sample that is spread evenly over a stream of unknown length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor


class EvenSample:
    """Keeps every so manieth item, and fewer as the stream goes on. Nothing is drawn at random.

    Args:
        n: Items kept at the most; at least half as many once the stream was as long.

    Attributes:
        kept: The sample.
    """

    def __init__(self, n: int) -> None:
        self.kept: list[Tensor] = []
        self._n, self._every, self._seen = n, 1, 0

    def choose(self, items: Sequence[Tensor] | Tensor) -> Iterator[Tensor]:
        """Yield those of the next items that belong to the sample, each to be handed to `add` at once."""
        for item in items:
            if self._seen % self._every == 0:
                yield item
            self._seen += 1

    def add(self, item: Tensor) -> None:
        """Keep an item that was chosen, or what was made of it."""
        self.kept.append(item)
        if len(self.kept) > self._n:
            self.kept = self.kept[::2]
            self._every *= 2
