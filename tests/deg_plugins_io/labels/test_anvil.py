"""The format `anvil`: tracks of elements with attributes, made here in Anvil's layout."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from label_strategies import runs_of

from deg_core.api import LabelError, Labels, OtherFormatError, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import anvil as plugin


def anvil(*tracks, encoding="UTF-8"):
    """Tracks are name, type and elements; those are start, end and attributes."""
    inside = ""
    for name, kind, *elements in tracks:
        inside += f'    <track name="{name}" type="{kind}">\n'
        for at, (start, end, *attributes) in enumerate(elements):
            inside += f'      <el index="{at}" start="{start}" end="{end}">\n'
            inside += "".join(f'        <attribute name="{key}">{text}</attribute>\n' for key, text in attributes)
            inside += "      </el>\n"
        inside += "    </track>\n"
    head = '<specification src="spec.xml" /><video src="clip.avi" master="true" /><info key="encoding">x</info>'
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<annotation>\n  <head>{head}</head>\n'
        f"  <body>\n{inside}  </body>\n</annotation>\n"
    )


def kind(text):
    return ("type", text)


EXAMPLE = anvil(("mouse", "primary", (0.04, 0.12, kind("Größe")), (0.16, 0.2, kind("rear"))))


class TestAnvil(LabelFormatContract):
    plugin = plugin
    example = EXAMPLE
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 0], [0, 0], [0, 1]], dtype=np.int8), ("Größe", "rear"))


def read(path, **settings):
    return plugin.read(path, plugin.settings(**settings), Timeline.regular("clip", 10, 25.0), ())


@pytest.mark.parametrize(("declared", "encoding"), [("UTF-16", "utf-16"), ("ISO-8859-1", "cp1252")])
def test_it_is_read_as_the_program_writes_it(write_labels, declared, encoding):
    text = EXAMPLE.replace("UTF-8", declared)
    assert runs_of(read(write_labels(text.encode(encoding))), "Größe") == [(1, 3)]


def test_hundredths_of_a_second_find_their_frames_at_odd_rates(write_labels):
    """As Anvil rounds them: every frame of 30 and of 29.97 Hz."""
    for rate in (30.0, 30000 / 1001):
        spans = [(at, at + 2) for at in range(0, 240, 4)]
        elements = [(f"{a / rate:.2f}", f"{b / rate:.2f}", kind("groom")) for a, b in spans]
        path = write_labels(anvil(("groom", "primary", *elements)))
        labels = plugin.read(path, plugin.settings(), Timeline.regular("clip", 250, rate), ())
        assert runs_of(labels, "groom") == spans


def test_which_of_several_attributes_is_asked(write_labels):
    elements = [(0.04, 0.12, kind("groom"), ("speed", "fast")), (0.2, 0.24, ("speed", "slow"))]
    path = write_labels(anvil(("mouse", "primary", *elements)))
    with pytest.raises(LabelError, match="have 2 attributes") as caught:
        read(path)
    assert "'type', 'speed'" in caught.value.fix
    assert runs_of(read(path, attribute="speed"), "slow") == [(5, 6)]
    assert runs_of(read(path, behaviour_is="tier"), "mouse") == [(1, 3), (5, 6)]
    with pytest.raises(LabelError, match="has no attribute 'colour'"):
        read(path, attribute="colour")
    with pytest.raises(LabelError, match="is a behaviour what an annotation says, or the name of its tier"):
        read(path, attribute="type")  # which one of them does not have
    assert read(path, attribute="type", behaviour_is="text").behaviours == ("groom",)


def test_elements_without_attributes_are_called_by_their_track(write_labels):
    path = write_labels(anvil(("groom", "primary", (0, 0.08)), ("rear", "primary")))
    labels = read(path)
    assert labels.behaviours == ("groom", "rear")
    assert runs_of(labels, "groom") == [(0, 2)]


def test_tracks_are_chosen_and_those_without_times_left_out(write_labels, caplog):
    one = ("a", "primary", (0, 0.08, kind("groom")), (0.12, 0.16, kind("dig")))
    two = ("b", "primary", (0.2, 0.24, kind("rear"), ("x", "y")))
    path = write_labels(anvil(one, two, ("c", "span", (0, 1, kind("dig")))))
    with caplog.at_level(logging.WARNING):
        labels = read(path, tiers=("a",))
    assert labels.behaviours == ("groom", "dig")
    assert "'c' is of the type 'span', and left out" in caplog.text
    with pytest.raises(LabelError, match="holds 2 tiers"):
        read(path, attribute="type")
    assert read(path, attribute="type", behaviour_is="text").behaviours == ("groom", "dig", "rear")
    with pytest.raises(LabelError, match="of the type 'span', without times"):
        read(path, tiers=("c",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('start="0.04"', 'start="x"', "could not convert"),
        ('start="0.04"', "", "KeyError: 'start'"),
        ('end="0.12"', 'end="0.01"', "starts at 0.04 s and stops before"),
        ('end="0.12"', 'end="99"', "lies outside the recording"),
        ('end="0.12"', 'end="nan"', "nan"),
        (' type="primary"', "", "KeyError: 'type'"),
        ("</el>", "", "not XML"),
    ],
)
def test_what_anvil_does_not_write_is_refused(write_labels, old, new, said):
    assert old in EXAMPLE
    with pytest.raises(LabelError, match=said):
        read(write_labels(EXAMPLE.replace(old, new, 1)))


def test_other_annotations_are_another_format(write_labels):
    for text in ("<annotation><size/></annotation>", "<annotations/>"):
        with pytest.raises(OtherFormatError):
            read(write_labels(text))
