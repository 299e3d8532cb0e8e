"""The README shows commands that work, and what they really print."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Done


class Tour(NamedTuple):
    """What became of the README's blocks, run one after the other in a fresh course."""

    folder: Path
    done: list[Done]


@pytest.fixture(scope="module")
def tour(page, root, run_block, tmp_path_factory) -> Tour:
    folder = tmp_path_factory.mktemp("readme") / "project"
    for name in ("assignments", "reference"):
        shutil.copytree(root / name, folder / name)
    return Tour(folder, run_block.follow(page("README.md"), folder))


def _lines(text: str) -> list[str]:
    """The lines of a terminal's text, without how they are indented and padded."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]


def test_blocks_are_run(tour):
    """Each leaves with the status that is shown, else there would be no tour."""
    assert len(tour.done) >= 4


def test_output_is_what_the_command_prints(tour):
    shown = [(block, done.printed) for done in tour.done for block in done.shown]
    assert shown
    for block, printed in shown:
        rest = iter(_lines(printed))
        for text in _lines(block.content):
            assert text == "…" or text in rest, (
                f"README.md, line {block.line}: {text!r} is not printed (or not in this order) by "
                f"the command before it, which prints:\n{printed}"
            )


def test_what_is_handed_out_holds_nothing_hidden(tour, page, run_block):
    with zipfile.ZipFile(tour.folder / "handout" / "backprop.zip") as archive:
        names = archive.namelist()
    assert not [name for name in names if "hidden" in name or "reference" in name]
    assert "assignments/backprop/assignment.yaml" in names
    assert "assignments/backprop/starter/backprop.ipynb" in names
    assert any(name.startswith("assignments/backprop/tests/public/test_") for name in names)


def test_what_is_handed_out_is_all_that_a_check_needs(tour, run_block, tmp_path):
    work = tour.folder / "homework/s101.py"
    zipfile.ZipFile(tour.folder / "handout" / "backprop.zip").extractall(tmp_path)
    status, printed = run_block.shell(f"grader check backprop '{work}'", tmp_path)
    assert status == 1
    assert "19.8 of 30 points" in printed


def test_feedback_names_no_hidden_test(tour):
    """The instructor's pages name the hidden tests; those in feedback/ must not."""
    results = tour.folder / "results"
    hidden = {
        name
        for file in (tour.folder / "assignments/backprop/tests/hidden").glob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    }
    complete = (results / "s101.json").read_text(encoding="utf-8")
    assert {name for name in hidden if name in complete} == hidden
    pages = list((results / "feedback").iterdir())
    assert len(pages) == 6, "a page and a document for each of three students"
    for file in pages:
        text = file.read_text(encoding="utf-8")
        assert not [name for name in hidden if name in text], f"{file.name} names a hidden test"


def test_roster_finds_who_handed_in_nothing(tour):
    rows = (tour.folder / "results/grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [
        ["s101", "Example One"],
        ["s102", "Example Two"],
        ["s103", "Example Three"],
    ]


def test_columns_of_the_table_are_those_that_are_described(tour, page):
    header = (tour.folder / "results/grades.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    text = page("docs/grade.md").path.read_text(encoding="utf-8").partition("## grades.csv")[2]
    described = re.findall(r"`([a-z_]+)`", text)
    assert header.split(",")[: len(described)] == described
    assert header.split(",")[len(described)].startswith("test_")


def test_workflow_runs_a_command_that_was_run_here(tour, page):
    """What the workflow runs is the check that the README's first block runs."""
    source = page("README.md")
    workflow = yaml.safe_load(next(b.content for b in source.blocks if b.language == "yaml"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if step.get("run", "").startswith("grader")]
    tried = {line.strip() for b in source.blocks if b.run for line in b.content.splitlines()}
    assert commands
    assert {*commands} <= tried
    assert {"pull_request"} == {workflow[True]}, "YAML reads the key `on` as true"
