"""docs/security.md says what the code does."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from grader.model import Level, Limits
from grader.worker.confinement.rlimits import limit_resources


@pytest.fixture(scope="module")
def text(page) -> str:
    return page("docs/security.md").path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def constants(root) -> str:
    """Every text in the grader's code, with ``…`` for what is filled in."""
    texts = []
    for path in (root / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (p.value if isinstance(p, ast.Constant) else "…" for p in node.values)
                texts.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return "\n".join(texts)


def _rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_limits_and_their_defaults(text):
    told = {name.strip("`"): float(default) for name, default, _ in _rows(text, "Limits")}
    assert told == {name: field.default for name, field in Limits.model_fields.items()}
    files = inspect.signature(limit_resources).parameters["descriptors"].default
    assert f"{files} open files" in text


def test_every_level_has_its_column(text):
    assert f"\n| | {' | '.join(Level)} |\n" in text
    assert {len(row) for row in _rows(text, "The levels")} == {1 + len(Level)}


def test_summaries_of_the_levels_are_in_the_readme(page):
    readme = page("README.md").path.read_text(encoding="utf-8")
    for level in (Level.A, Level.C, Level.D):
        assert level.summary in readme


def test_every_family_of_attacks_is_described(text, root):
    described = {
        word
        for attack, _ in _rows(text, "Who attacks what")
        for word in re.findall(r"\*\*(\w+)\*\*", attack)
    }
    submissions = root / "tests" / "hostile" / "submissions"
    tried = {path.name for path in submissions.iterdir() if list(path.glob("*.py"))}
    assert tried == described


def test_as_many_attacks_are_tried_as_the_page_says(text, root):
    assert "more than a hundred [hostile submissions]" in text
    assert len(list(root.glob("tests/hostile/submissions/*/*.py"))) > 100


def test_messages_are_those_that_students_get(text, constants):
    told = [message for _, message in _rows(text, "What happens to a hostile submission")]
    assert len(told) >= 8
    known = [
        "…was stopped after … seconds of computing",
        "…was still not finished after … seconds, most of them spent waiting",
        "because it used more memory than the … MB that are allowed",
        "the submission's process ended itself with exit code …",
        ": a crash in compiled code, often too deep a recursion or a wrong array index",
        "the submission's process sent an answer nobody asked for",
        "the submission's process sent a broken message",
        "not run: this assignment allows no shell commands while grading",
        "this assignment allows …",
    ]
    for phrase in known:
        pieces = [re.escape(piece.strip()) for piece in phrase.split("…") if piece.strip()]
        pattern = ".{0,60}?".join(pieces)
        assert re.search(pattern, constants), f"the grader does not say {phrase!r}"
        assert any(re.search(pattern, message) for message in told), phrase


def test_the_refusal_of_level_d_is_the_commands(constants, text):
    assert "`--trust`" in text
    assert "submissions cannot be isolated here (level D)" in constants


def test_modules_that_are_named_exist(text, root):
    for target in re.findall(r"\]\((\.\./[^)#]+)", text):
        assert (root / "docs" / Path(target)).resolve().exists(), target
