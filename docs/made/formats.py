"""The page of label formats: what each holds is found out by writing and reading a file in it."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from deg_core.api import LabelFormatPlugin, Labels, Timeline
from deg_core.catalog import load_catalog
from made.videos import videos

_HEAD = """\
# Label formats and videos

Made by `docs/generate.py`, which writes a label file in every format and reads it again: the last column is what was
lost then. [Videos](#videos) come last.

`deg import-labels`, `deg add --labels`, `deg export` and `deg convert` read and write these files by the same means.
Which format a file is in is told by its content; where two could be meant, or a file holds several animals, persons
or recordings, deg asks, and takes the answer as `--set KEY=VALUE` (`--format` or `--from` then names the format).

```
deg convert day1.boris day1.eaf --to elan --video day1.mp4 --from boris-project --set subject=m1
deg convert bouts.xlsx day1.csv --to deg-csv --rate 25 --frames 9000 --map start=t0 --map stop=t1 --map behaviour=what
```

Inside, frames count from 0, bouts end before their stop, and -1 is a frame that nobody labelled. Seconds become
frames by the video's own frame times. Where a file of bouts is silent, a behaviour is absent within what was
observed, and not labelled outside of it. States that start and never stop last to the end, which is reported;
overlapping bouts of one behaviour are united, which is reported; whatever else contradicts itself is refused with its
line. Spreadsheets of LibreOffice (`.ods`) and tables of `.html` are read as they are; `.xlsx` needs `openpyxl`,
`.xls` of Office 97 to 2003 `xlrd`:
`pip install "deg-ethogram[sheets]"`.

| format | what it is | files | read | written | what a file of it loses |
|---|---|---|---|---|---|
"""


def formats() -> str:
    """A table of all label formats that come with deg, and a section for each of them."""
    offers = load_catalog().of_kind(LabelFormatPlugin)
    plugins: list[Any] = [offer.plugin for offer in offers if offer.source.distribution == "deg-ethogram"]
    rows = [_row(plugin) for plugin in sorted(plugins, key=lambda plugin: plugin.name)]
    sections = [_section(plugin) for plugin in sorted(plugins, key=lambda plugin: plugin.name)]
    return _HEAD + "\n".join(rows) + "\n\n" + "\n\n".join(sections) + "\n\n" + videos()


def _row(plugin: LabelFormatPlugin[Any]) -> str:
    suffixes = " ".join(f"`{suffix}`" for suffix in plugin.suffixes)
    cells = [f"`{plugin.name}`", plugin.summary, suffixes, "yes" if plugin.read else "", "yes" if plugin.write else ""]
    return f"| {' | '.join([*cells, _loss(plugin)])} |"


def _loss(plugin: LabelFormatPlugin[Any]) -> str:
    """What is not the same after writing and reading: frames that nobody labelled, or others."""
    if plugin.write is None or plugin.read is None:
        return ""
    marks = np.zeros((20, 2), dtype=np.int8)
    marks[3:9, 0] = marks[6:12, 1] = 1
    marks[15:] = -1
    labels, timeline = Labels(marks, ("groom", "rear, high"), 25.0), Timeline.regular("clip", 20, 25.0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"labels{plugin.suffixes[0]}"
        plugin.write(path, labels, plugin.settings(), timeline)
        again = plugin.read(path, plugin.settings(), timeline, labels.behaviours).marks
    if not np.array_equal(again[:15], marks[:15]):
        raise AssertionError(f"{plugin.name} changes labels")
    return "nothing" if np.array_equal(again, marks) else "unlabelled frames become absent"


def _section(plugin: LabelFormatPlugin[Any]) -> str:
    module = import_module(f"deg_plugins_io.labels.{plugin.name.replace('-', '_')}")
    _, _, text = (inspect.getdoc(module) or "").partition(": ")
    return f"## `{plugin.name}`\n\n{text[:1].upper()}{text[1:].rstrip()}"
