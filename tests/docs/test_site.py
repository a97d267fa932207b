"""The site is built without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pages import DOCS

pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install -e .[docs]")


def build(source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(source), str(output)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=500)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("site")
    answer = build(DOCS, output)
    assert answer.returncode == 0, answer.stderr
    return output


def test_every_page_is_in_the_site(site: Path) -> None:
    pages = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md") if "_build" not in path.parts}
    assert {page for page in pages if not (site / page).with_suffix(".html").is_file()} == set()


def test_links_to_readmes_lead_to_pages(site: Path) -> None:
    gallery = (site / "gallery.html").read_text(encoding="utf-8")
    assert 'href="distributions/deg-tune.html"' in gallery
    downloads = [path.name for path in site.glob("_downloads/*/*")]
    assert [name for name in downloads if name.endswith(".md")] == []


def test_a_broken_link_would_break_it(tmp_path: Path) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_text((DOCS / "conf.py").read_text(encoding="utf-8"), encoding="utf-8")
    (source / "index.md").write_text("# deg\n\n[nowhere](nowhere.md)\n", encoding="utf-8")
    answer = build(source, tmp_path / "site")
    assert answer.returncode != 0
    assert "nowhere" in answer.stderr
