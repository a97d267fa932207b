"""YAML that is damaged, or made to do harm, ends in one kind of error; `tests/faults` tries more of it in files."""

from __future__ import annotations

import pytest
from ruamel.yaml.error import YAMLError

from deg_core.data.yaml_text import parse_yaml


@pytest.mark.parametrize("typ", ["safe", "rt"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1", "expected"),
        ("2001-99-99", "month"),
        ("9" * 6000, "digits"),
        ("[" * 5000 + "]" * 5000, "brackets within each other"),
        ("a: &a [*a]", "aliases"),
        ('{"a": {"r": ["x"]}}: 1', "unhashable"),
        ('{&a": {"r": ["x"]}}', "unhashable"),
    ],
)
def test_what_is_no_yaml_is_one_kind_of_error_that_says_something(text: str, problem: str, typ: str) -> None:
    with pytest.raises(YAMLError, match=problem) as caught:
        parse_yaml(text, typ)
    assert str(caught.value)


def test_aliases_are_followed_as_far_as_any_file_needs() -> None:
    assert parse_yaml("a: &a [1, 2]\nb: [*a, *a]") == {"a": [1, 2], "b": [[1, 2], [1, 2]]}
    bomb = "a0: &a0 [1]\n" + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 9))
    with pytest.raises(YAMLError, match="aliases"):
        parse_yaml(bomb)
