"""How Sphinx makes the site: `sphinx-build -W docs docs/_build`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

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

PLACES = {
    re.compile(r"README\.md"): "/start",
    re.compile(r"plugins/([\w-]+)/README\.md"): r"/distributions/\1",
}
"""Files outside of this folder that pages link to, and the page of the site that shows them."""


class LeadToPages(SphinxTransform):
    """READMEs are read as pages of the site, and not downloaded from it."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        """Replace links to files by links to pages, in place."""
        root = Path(self.app.srcdir).parent.resolve()
        for node in list(self.document.findall(addnodes.download_reference)):
            target = Path(self.env.relfn2path(node["reftarget"], self.env.docname)[1]).resolve()
            place = target.relative_to(root).as_posix()
            page = next((p.sub(to, place) for p, to in PLACES.items() if p.fullmatch(place)), None)
            if page is not None:
                node.replace_self(_link(page, node))


def _link(page: str, node: nodes.Element) -> addnodes.pending_xref:
    words = {"refdomain": "std", "reftype": "doc", "reftarget": page, "refexplicit": True, "refwarn": True}
    return addnodes.pending_xref("", nodes.inline("", node.astext()), **words)


def setup(app: Sphinx) -> dict[str, bool]:
    """What Sphinx calls first."""
    app.add_transform(LeadToPages)
    return {"parallel_read_safe": True}
