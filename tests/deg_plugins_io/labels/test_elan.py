"""The format `elan`: tiers of annotations."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import elan as plugin

CLIP = Timeline.regular("clip", 10, 10.0)


def document(*tiers, slots=("100", "300", "500"), media="clip.mp4", before=""):
    times = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{n}"{v and f" TIME_VALUE={v!r}"}/>' for n, v in enumerate(slots))
    head = f'<HEADER><MEDIA_DESCRIPTOR MEDIA_URL="{media}"/></HEADER><TIME_ORDER>{times}</TIME_ORDER>'
    return f"{before}<ANNOTATION_DOCUMENT>{head}{''.join(tiers)}</ANNOTATION_DOCUMENT>"


def tier(name, *annotations, **about):
    more = "".join(f' {key}="{value}"' for key, value in about.items())
    inner = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}{n}" TIME_SLOT_REF1="ts{a}" TIME_SLOT_REF2="ts{b}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for n, (a, b, text) in enumerate(annotations)
    )
    return f'<TIER TIER_ID="{name}"{more}>{inner}</TIER>'


class TestElan(LabelFormatContract):
    plugin = plugin
    example = document(tier("behaviour", (0, 1, "groom"), (1, 2, "rear")), slots=("40", "120", "160"))
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 0], [0, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def read(path, timeline=CLIP, **settings):
    return plugin.read(path, plugin.settings(**settings), timeline, ())


def test_where_texts_say_nothing_tiers_are_behaviours(write_labels):
    labels = read(write_labels(document(tier("groom", (0, 1, "")), tier("rear", (1, 2, "")), tier("dig"))))
    assert labels.behaviours == ("groom", "rear", "dig")
    assert (runs_of(labels, "groom"), runs_of(labels, "rear"), runs_of(labels, "dig")) == ([(1, 3)], [(3, 5)], [])


def test_where_texts_or_tiers_could_be_behaviours_it_is_asked(write_labels):
    path = write_labels(document(tier("groom", (0, 1, "x")), tier("rear", (1, 2, "x"))))
    with pytest.raises(LabelError, match="or the name of its tier"):
        read(path)
    assert read(path, behaviour_is="tier").behaviours == ("groom", "rear")
    assert read(path, behaviour_is="text").behaviours == ("x",)


def test_several_tiers_that_say_things_must_be_chosen_from(write_labels):
    path = write_labels(document(tier("one", (0, 1, "a")), tier("two", (1, 2, "b"))))
    with pytest.raises(LabelError, match="holds 2 tiers"):
        read(path)
    assert read(path, tiers=["two"], behaviour_is="text").behaviours == ("b",)
    assert read(path, behaviour_is="text").behaviours == ("a", "b")
    with pytest.raises(LabelError, match="has no tier 'three'"):
        read(path, tiers=["three"])


def test_participants_must_be_chosen_from(write_labels):
    path = write_labels(document(tier("one", (0, 1, ""), PARTICIPANT="m1"), tier("two", (1, 2, ""), PARTICIPANT="m2")))
    with pytest.raises(LabelError, match="holds 2 subjects"):
        read(path)
    assert runs_of(read(path, subject="m2"), "two") == [(3, 5)]


def test_a_slot_without_a_time_lies_between_its_neighbours(write_labels):
    path = write_labels(document(tier("groom", (0, 1, "")), slots=("100", "", "500")))
    assert runs_of(read(path), "groom") == [(1, 3)]


def test_an_annotation_that_refers_to_another_has_its_times(write_labels):
    child = (
        '<TIER TIER_ID="more" PARENT_REF="groom"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="r" ANNOTATION_REF="{}">'
        "<ANNOTATION_VALUE>paws</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>"
    )
    path = write_labels(document(tier("groom", (0, 1, "")), child.format("groom0")))
    assert read(path).behaviours == ("groom",)
    assert runs_of(read(path, tiers=["more"], behaviour_is="text"), "paws") == [(1, 3)]
    with pytest.raises(LabelError, match="refers to itself"):
        read(write_labels(document(child.format("r"))))


def test_a_document_type_is_refused_before_anything_is_expanded(write_labels):
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(LabelError, match="declares a document type"):
        read(write_labels(document(tier("groom", (0, 1, "&amp;b;")), before=bomb)))


def test_the_published_document_is_read(shared_data):
    timeline = Timeline.regular("test", 540, 30.0)
    with pytest.raises(LabelError, match="holds 2 tiers"):
        published(shared_data, "elan_speech.eaf", plugin, timeline)
    marker = published(shared_data, "elan_speech.eaf", plugin, timeline, tiers=["marker"])
    assert runs_of(marker, "convo start") == [(25, 156)]  # 830 to 5200 ms
    utterances = published(shared_data, "elan_speech.eaf", plugin, timeline, tiers=["Person1 (Utterance)"])
    assert (len(utterances.behaviours), runs_of(utterances, "Oh thanks")) == (8, [(499, 525)])
