"""Every link of the project's pages leads somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "*/README.md", "assignments/*/README.md")
    for path in ROOT.glob(pattern)
    if not path.relative_to(ROOT).parts[0].startswith(".")
)


def test_the_pages_are_found():
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {*PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_relative_links_exist(page, name):
    broken = []
    source = page(name)
    for link in source.links:
        parts = urlsplit(unquote(link))
        if parts.scheme:
            continue
        target = source.path.parent / parts.path if parts.path else source.path
        lost = parts.fragment and target.exists() and parts.fragment not in page(target).anchors
        if lost or not target.exists():
            broken.append(link)
    assert not broken, f"{name} links to what is not there: {broken}"


@pytest.mark.parametrize("name", PAGES)
def test_links_stay_inside_the_project(page, name):
    source = page(name)
    for link in source.links:
        if not urlsplit(link).scheme:
            target = (source.path.parent / urlsplit(unquote(link)).path).resolve()
            assert target.is_relative_to(ROOT), f"{name} links to {link}, outside of the project"
