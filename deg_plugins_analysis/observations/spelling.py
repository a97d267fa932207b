"""Behaviours that raters may have spelt differently: told, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from difflib import SequenceMatcher
from itertools import combinations

_ALIKE = 0.8
"""Least share of matching letters (Ratcliff and Obershelp) with which two names are asked about."""


def suggest_same(known: Mapping[str, Set[str]]) -> list[str]:
    """Ask about names that look alike and that no rater uses both.

    Args:
        known: Behaviours that each rater used, by rater.

    Returns:
        A sentence for each pair, with the option that would unite them.
    """
    users: dict[str, list[str]] = {}
    for rater, names in known.items():
        for name in names:
            users.setdefault(name, []).append(rater)
    pairs = combinations(sorted(users), 2)
    return [
        f"{one!r} ({', '.join(users[one])}) and {other!r} ({', '.join(users[other])}) may be one behaviour; "
        f'if so: --same "{other}={one}"'
        for one, other in pairs
        if look_alike(one, other) and not set(users[one]) & set(users[other])
    ]


def look_alike(one: str, other: str) -> bool:
    """Whether two names may be spellings of one: the same letters, one within the other, or most of them in common."""
    left, right = (re.sub(r"[\W_]+", "", name.casefold()) for name in (one, other))
    if not left or not right:
        return False
    if left == right or (min(len(left), len(right)) >= 4 and (left.startswith(right) or right.startswith(left))):
        return True
    return SequenceMatcher(None, left, right).ratio() >= _ALIKE


def suggest_twins(names: Iterable[str]) -> list[str]:
    """Ask about names that differ in nothing but case, blanks and signs, whoever used them."""
    plain: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        plain.setdefault(re.sub(r"[\W_]+", "", name.casefold()), []).append(name)
    return [
        f"{', '.join(map(repr, twins))} may be one behaviour; if so: "
        + " ".join(f'--same "{twin}={twins[0]}"' for twin in twins[1:])
        for twins in plain.values()
        if len(twins) > 1
    ]
