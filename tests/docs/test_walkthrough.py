"""The walk through a term works, command by command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from conftest import Done

PAGE = "docs/walkthrough.md"


class Term(NamedTuple):
    """What a term leaves behind: a folder, and what the page's commands printed."""

    folder: Path
    done: list[Done]

    def printed(self, command: str) -> list[str]:
        """What each block printed whose last line begins with this command."""
        return [
            done.printed
            for done in self.done
            if done.block.content.splitlines()[-1].startswith(command)
        ]


@pytest.fixture(scope="module")
def term(page, run_block, tmp_path_factory) -> Term:
    folder = tmp_path_factory.mktemp("term")
    return Term(folder, run_block.follow(page(PAGE), folder))


def test_output_is_what_the_command_prints(term):
    shown = [(block, done.printed) for done in term.done for block in done.shown]
    assert shown
    for block, printed in shown:
        told = f"{PAGE}, line {block.line}:\n{printed}"
        assert printed.rstrip().endswith(block.content.rstrip()), told


def test_everything_on_the_page_is_run(page):
    loose = [b.line for b in page(PAGE).blocks if not (b.run or b.output or b.file)]
    assert not loose, f"{PAGE}: nobody runs the blocks at lines {loose}"


def test_the_second_grading_takes_everything_over(term):
    first, second = term.printed("grader grade")
    assert "3 graded" in first
    assert re.search(r"\b3\b.*(unchanged|taken over)", second), second


def test_the_first_student_gains_what_the_test_took(term):
    shown, applied = term.printed("grader regrade")
    assert re.search(r"s101\b.*\b5\b.*\b10\b", shown), shown
    assert "0 lose, 1 gain" in shown
    assert "0 lose, 1 gain" in applied
    grade = json.loads((term.folder / "results/s101.json").read_text(encoding="utf-8"))
    assert grade["score"] == 10


def test_the_other_system_gets_every_student(term):
    files = sorted(path.name for path in (term.folder / "gradescope").rglob("*.json"))
    assert len(files) == 4
    scores = [
        json.loads(path.read_text(encoding="utf-8"))["score"]
        for path in sorted((term.folder / "gradescope").rglob("*.json"))
    ]
    assert scores == [10, 10, 7, 0]
