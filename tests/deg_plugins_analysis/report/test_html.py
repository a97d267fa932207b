from __future__ import annotations

import csv
import re
from base64 import b64decode
from html.parser import HTMLParser

from deg_plugins_analysis.report.document import Document
from deg_plugins_analysis.report.html import to_html

HOSTILE = '<script>alert("&amp; {{ 7*7 }}")</script></style>'


class Page(HTMLParser):
    """Tags with their attributes, and what is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_names_are_shown_as_they_are_and_never_run(document: Document) -> None:
    page = Page(to_html(document))
    assert not [tag for tag, _ in page.tags if tag in ("script", "iframe", "object", "link")]
    assert [tag for tag, _ in page.tags].count("style") == 1
    assert page.words.count(HOSTILE) >= 5  # title, headings, cells: letter by letter
    shown = [attributes for _, attributes in page.tags if HOSTILE in (attributes.get("alt") or "")]
    assert shown
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_the_page_needs_nothing_else(document: Document) -> None:
    page = Page(to_html(document))
    addresses = [value for _, own in page.tags for name, value in own.items() if name in ("src", "href")]
    assert addresses
    assert all(address is not None and address.startswith(("data:", "#")) for address in addresses)
    policy = next(own["content"] for tag, own in page.tags if own.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert not re.search(r"url\(|@import|https?:", to_html(document))


def test_numbers_are_in_the_page_unrounded(document: Document) -> None:
    page = Page(to_html(document))
    files = [own for tag, own in page.tags if tag == "a" and "download" in own]
    assert [own["download"] for own in files] == ["numbers.csv", "numbers.csv"]
    text = b64decode((files[0]["href"] or "").partition(",")[2]).decode()
    header, first, second = csv.reader(text.splitlines())
    assert header == ["behaviour", HOSTILE]
    assert first == [HOSTILE, "0.123456789"]
    assert second == ["rest", ""]
    assert "undefined" in page.words


def test_what_is_lacking_is_said_with_what_brings_it(document: Document) -> None:
    words = " ".join(Page(to_html(document)).words)
    assert f"Not in this report: {HOSTILE}." in words
    assert "To have it: deg evaluate." in words


def test_tables_and_pictures_scroll_in_boxes_of_their_own(document: Document) -> None:
    text = to_html(document)
    assert text.count('<div class="wide"') == 2
    assert text.count("<table>") + text.count("<img ") == 2
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in text


def test_without_warnings_it_says_what_was_looked_for(document: Document) -> None:
    quiet = Document(document.title, document.made, document.summary, (), document.sections)
    assert "None was found" in to_html(quiet)
    assert "None was found" not in to_html(document)
