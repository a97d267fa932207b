"""Links in the project's pages lead somewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from pages import ROOT, Piece, anchors, links

LINKS = [link for link in links() if not urlsplit(link.text).scheme]


def test_there_are_links_to_try() -> None:
    assert len(LINKS) >= 5


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_a_link_leads_to_a_file_of_the_repository(link: Piece) -> None:
    path, _, anchor = link.text.partition("#")
    target = (link.page.parent / path).resolve() if path else link.page
    assert target.exists(), f"{link}: {link.text}"
    assert ROOT in target.parents or target == ROOT, "it leads out of the repository"
    assert not anchor or anchor in anchors(target), f"{link}: no heading #{anchor}"
