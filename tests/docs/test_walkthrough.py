"""The walk through a term works, command by command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PAGE = "docs/walkthrough.md"


@pytest.fixture(scope="module")
def term(page, run_block, tmp_path_factory) -> Path:
    """What a term leaves behind: the folder in which the page's commands were run."""
    folder = tmp_path_factory.mktemp("term")
    printed = ""
    for block in page(PAGE).blocks:
        where = f"{PAGE}, line {block.line}"
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.content, encoding="utf-8")
        elif block.run:
            status, printed = run_block(block, folder)
            assert status == block.exit, f"{where}:\n{printed}"
            (folder / f"printed-{block.line}.txt").write_text(printed, encoding="utf-8")
        elif block.output:
            assert printed.rstrip().endswith(block.content.rstrip()), f"{where}:\n{printed}"
    return folder


def _printed(term: Path, command: str, page) -> list[str]:
    """What each block printed whose last line begins with this command."""
    blocks = [block for block in page(PAGE).blocks if block.run]
    return [
        (term / f"printed-{block.line}.txt").read_text(encoding="utf-8")
        for block in blocks
        if block.content.splitlines()[-1].startswith(command)
    ]


def test_everything_on_the_page_is_run(page):
    loose = [b.line for b in page(PAGE).blocks if not (b.run or b.output or b.file)]
    assert not loose, f"{PAGE}: nobody runs the blocks at lines {loose}"


def test_the_second_grading_takes_everything_over(term, page):
    first, second = _printed(term, "grader grade", page)
    assert "3 graded" in first
    assert re.search(r"\b3\b.*(unchanged|taken over)", second), second


def test_the_first_student_gains_what_the_test_took(term, page):
    shown, applied = _printed(term, "grader regrade", page)
    assert re.search(r"s101\b.*\b5\b.*\b10\b", shown), shown
    assert "0 lose, 1 gain" in shown
    assert "0 lose, 1 gain" in applied
    grade = json.loads((term / "results/s101.json").read_text(encoding="utf-8"))
    assert grade["score"] == 10


def test_the_other_system_gets_every_student(term):
    files = sorted(path.name for path in (term / "gradescope").rglob("*.json"))
    assert len(files) == 4
    scores = [
        json.loads(path.read_text(encoding="utf-8"))["score"]
        for path in sorted((term / "gradescope").rglob("*.json"))
    ]
    assert scores == [10, 10, 7, 0]
