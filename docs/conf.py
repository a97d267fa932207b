"""How Sphinx makes the site: `sphinx-build -W docs docs/_build`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import get_node_source

project = "deg"
author = "The deg developers"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "deg"
html_show_copyright = False
myst_heading_anchors = 3
myst_enable_extensions = ["attrs_block"]
highlight_language = "none"  # blocks that name no language are what somebody types, or a tree
nitpicky = True

ROOT = Path(__file__).resolve().parents[1]

PLACES = {
    re.compile(r"README\.md"): "/start",
    re.compile(r"plugins/([\w-]+)(/README\.md)?"): r"/distributions/\1",
    re.compile(r"docs/([\w/-]+)\.md"): r"/\1",
}
"""Files of the repository that pages link to, and the page of the site that shows them."""


class LeadToPages(SphinxTransform):
    """READMEs lie outside of this folder; links to them, and in them, lead to the pages that show them."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        """Replace links that lead to files of the repository, in place; others stay, and are warned of."""
        for node in list(self.document.findall(addnodes.pending_xref)):
            place = self._place(node)
            if node["reftype"] != "myst" or place is None:
                continue
            page = next((p.sub(to, place) for p, to in PLACES.items() if p.fullmatch(place)), None)
            text = node.astext()
            node.replace_self(nodes.literal("", text) if page is None else _link(page, text))

    def _place(self, node: addnodes.pending_xref) -> str | None:
        """What a link leads to, as seen from the repository's root; None if that is not there."""
        source = get_node_source(node)
        if node.get("reftargetid") or source is None:
            return None
        target = Path(source).parent / node["reftarget"]
        if node.get("refdomain") == "doc":
            target = Path(self.app.srcdir) / f"{node['reftarget']}.md"
        target = target.resolve()
        return target.relative_to(ROOT).as_posix() if target.exists() and ROOT in target.parents else None


def _link(page: str, text: str) -> addnodes.pending_xref:
    words = {"refdomain": "std", "reftype": "doc", "reftarget": page, "refexplicit": True, "refwarn": True}
    return addnodes.pending_xref("", nodes.inline("", text), **words)


def setup(app: Sphinx) -> dict[str, bool]:
    """What Sphinx calls first."""
    app.add_transform(LeadToPages)
    return {"parallel_read_safe": True}
