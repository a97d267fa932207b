"""The distributions in `plugins/`: what each is, and what it offers."""

from __future__ import annotations

import re

from made.offers import Distribution, distributions

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


_BEGINNING = """# Gallery of plugins

Made from the code by `docs/generate.py`. Each is a distribution of its own, which uses nothing of deg but what any
outsider has: `deg_core.api`, and `deg_core.testing` in its tests. A plugin of yours is a distribution like them:
[your first plugin](tutorial.md).
"""


def gallery() -> str:
    """The list of them."""
    lines = _BEGINNING.split("\n")
    for each in distributions():
        lines += [f"## {each.name}", "", f"*{each.project['description']}.*", "", _first_paragraph(each), ""]
        lines += ["| offers | name | what it is |", "|---|---|---|"]
        lines += [f"| {p.kind} | `{p.name}` | {p.summary} |" for p in each.plugins]
        lines += ["", f"[Read more](../plugins/{each.folder.name}/README.md)", ""]
    toctree = [
        "```{toctree}",
        ":hidden:",
        "",
        *(f"distributions/{each.folder.name}" for each in distributions()),
        "```",
    ]
    return "\n".join(lines + toctree) + "\n"


def distribution_page(name: str) -> str:
    """The page of the site that shows a README where it lies."""
    return f"```{{include}} ../../plugins/{name}/README.md\n```\n"


def _first_paragraph(each: Distribution) -> str:
    """What the README says first, without its links, which lead from another place."""
    _, _, *paragraphs = (each.folder / "README.md").read_text(encoding="utf-8").split("\n", 2)
    return _LINK.sub(r"\1", paragraphs[0].strip().split("\n\n")[0])
