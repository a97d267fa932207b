"""What this package offers."""

from __future__ import annotations

import pickle
from collections import Counter
from importlib import import_module

import pytest

from deg_plugins_io.plugin import deg_label_formats, deg_video_readers

READERS = {plugin.name: plugin for plugin in deg_video_readers()}
FORMATS = {plugin.name: plugin for plugin in deg_label_formats()}


def test_readers_and_formats_are_offered_by_name():
    assert sorted(READERS) == ["hdf5", "images", "opencv", "pyav"]
    assert {"boris-tsv", "bouts-csv", "deepethogram-csv", "deg-csv"} <= set(FORMATS)
    assert len(FORMATS) == 31


@pytest.mark.parametrize("plugin", FORMATS.values(), ids=FORMATS)
def test_every_format_is_a_module_with_what_it_offers(plugin):
    module = import_module(f"deg_plugins_io.labels.{plugin.name.replace('-', '_')}")
    assert plugin.read is not None
    assert callable(module.read)
    assert hasattr(module, "write") == (plugin.write is not None)
    assert pickle.loads(pickle.dumps(plugin.read)) == plugin.read


def test_suffixes_are_as_files_have_them():
    suffixes = [suffix for plugin in READERS.values() for suffix in plugin.suffixes]
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)
    # Only the two readers of video files open the same; which of them is then the project's choice.
    twice = {suffix for suffix, count in Counter(suffixes).items() if count > 1}
    assert twice == READERS["pyav"].suffixes == READERS["opencv"].suffixes
    assert READERS["images"].suffixes == frozenset()
