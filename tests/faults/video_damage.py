"""Ways in which videos come to harm: bytes in, bytes out, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]


def cut(content: bytes, chance: random.Random) -> bytes:
    """The end is missing, as after a full disk or a power cut."""
    return content[: chance.randrange(1, len(content))]


def behead(content: bytes, chance: random.Random) -> bytes:
    """The beginning is missing."""
    return content[chance.randrange(1, len(content)) :]


def drop(content: bytes, chance: random.Random) -> bytes:
    """A piece in the middle is missing."""
    start, stop = _span(content, chance)
    return content[:start] + content[stop:]


def zero(content: bytes, chance: random.Random) -> bytes:
    """A piece reads as zeros, as a bad sector, or a copy that never ended, does."""
    start, stop = _span(content, chance)
    return content[:start] + bytes(stop - start) + content[stop:]


def zero_tail(content: bytes, chance: random.Random) -> bytes:
    """All from somewhere on is zeros: room was reserved and never filled."""
    start = chance.randrange(1, len(content))
    return content[:start] + bytes(len(content) - start)


def scramble(content: bytes, chance: random.Random) -> bytes:
    """A piece is noise."""
    start, stop = _span(content, chance)
    return content[:start] + chance.randbytes(stop - start) + content[stop:]


def flip(content: bytes, chance: random.Random) -> bytes:
    """A few bits are others."""
    return _flipped(content, chance, chance.randrange(1, 6))


def flip_many(content: bytes, chance: random.Random) -> bytes:
    """A bit in two hundred bytes is another."""
    return _flipped(content, chance, 1 + len(content) // 200)


def flip_head(content: bytes, chance: random.Random) -> bytes:
    """Bits at the beginning, where sizes and counts stand, are others."""
    return _flipped(content[:400], chance, 8) + content[400:]


def oversize(content: bytes, chance: random.Random) -> bytes:
    """A number of the header is as large as numbers get."""
    at = chance.randrange(0, min(len(content), 1200))
    largest = chance.choice([b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\xff" * 8])
    return content[:at] + largest + content[at + len(largest) :]


def undersize(content: bytes, chance: random.Random) -> bytes:
    """A number of the header is nothing."""
    at = chance.randrange(0, min(len(content), 1200))
    return content[:at] + bytes(4) + content[at + 4 :]


def swap(content: bytes, chance: random.Random) -> bytes:
    """Two pieces of the same size have changed places."""
    size = max(1, len(content) // 8)
    first = chance.randrange(0, max(1, len(content) - 2 * size))
    second = chance.randrange(first + size, max(first + size + 1, len(content) - size + 1))
    a, b = content[first : first + size], content[second : second + size]
    return content[:first] + b + content[first + size : second] + a + content[second + size :]


def repeat(content: bytes, chance: random.Random) -> bytes:
    """A piece is there twice."""
    start, stop = _span(content, chance)
    return content[:stop] + content[start:stop] + content[stop:]


def insert(content: bytes, chance: random.Random) -> bytes:
    """Noise stands between two bytes."""
    at = chance.randrange(0, len(content))
    return content[:at] + chance.randbytes(chance.randrange(1, 200)) + content[at:]


DAMAGES: tuple[Damage, ...] = (
    cut,
    behead,
    drop,
    zero,
    zero_tail,
    scramble,
    flip,
    flip_many,
    flip_head,
    oversize,
    undersize,
    swap,
    repeat,
    insert,
)


def damaged(content: bytes, damage: Damage, seed: int) -> bytes:
    """A file's content after it came to harm."""
    return damage(content, random.Random(f"{damage.__name__} {seed}"))


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(0, len(content))
    return start, min(len(content), start + chance.randrange(1, max(2, len(content) // 6)))


def _flipped(content: bytes, chance: random.Random, times: int) -> bytes:
    changed = bytearray(content)
    for _ in range(times):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)
