"""Whatever bytes a label file holds, what comes out is labels or a refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers import files_by_parser, parse
from whole_labels import Whole, whole_files

PARSERS = sorted(files_by_parser())
FILES = {file.name: file for file in whole_files()}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "clip.csv"


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with up to five stretches taken out, doubled, moved or written over."""
    made = content
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(made)))
        length = draw(st.integers(0, 40))
        stretch = made[at : at + length]
        new = draw(
            st.sampled_from((b"", stretch * 2, stretch[::-1], b"\n", b"nan", b"1e999", b"-1", b'"', b"\x00", b"\xff"))
            | st.binary(max_size=8)
            | st.text(max_size=4).map(lambda text: text.encode(errors="surrogatepass"))
        )
        made = made[:at] + new + made[at + length :]
    return made


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=6), inside, max_size=3),
    max_leaves=6,
)


@st.composite
def other_json(draw: st.DrawFn, content: bytes) -> bytes:
    """A file in which up to three values are others, of any type."""
    value = json.loads(content)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(value))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(JSON_VALUES)
    return json.dumps(value).encode()


def _places(value: Any) -> Any:
    """Everything that something else could be in place of."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _is_json(file: Whole) -> bool:
    return file.content.lstrip()[:1] in (b"{", b"[")


@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=10)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
def test_any_bytes(scratch, parser, content):
    parse(files_by_parser()[parser][0], content, scratch)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=10)
@given(data=st.data())
def test_changed_files(scratch, name, data):
    parse(FILES[name], data.draw(mutated(FILES[name].content)), scratch, FILES[name].labels.behaviours)


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if _is_json(file)])
@settings(max_examples=20)
@given(data=st.data())
def test_json_of_other_values(scratch, name, data):
    parse(FILES[name], data.draw(other_json(FILES[name].content)), scratch, FILES[name].labels.behaviours)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@settings(max_examples=1000)
@given(data=st.data())
def test_changed_files_at_length(scratch, name, data):
    file = FILES[name]
    kinds = mutated(file.content) | other_json(file.content) if _is_json(file) else mutated(file.content)
    parse(file, data.draw(kinds), scratch, file.labels.behaviours)
