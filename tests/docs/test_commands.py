"""Commands, options and targets that the pages show exist."""

from __future__ import annotations

import re
import shlex

import click
import pytest
import typer.main

from grader.cli.app import app

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/calibration.md",
    "docs/datasets.md",
    "docs/export.md",
    "docs/grade.md",
    "docs/grading.md",
    "docs/release.md",
    "docs/security.md",
    "docs/students.md",
    "docs/walkthrough.md",
    "benchmarks/README.md",
)


def _shown(source) -> list[str]:
    """Every command line of a page: in shell blocks, and in code within a sentence."""
    text = source.path.read_text(encoding="utf-8")
    shell = [block.content.replace("\\\n", "") for block in source.blocks if block.language == "sh"]
    blocks = [line for content in shell for line in content.splitlines()]
    return [*blocks, *re.findall(r"`((?:grader|make) [^`\n]+)`", text)]


def _options(command: click.Command) -> set[str]:
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


@pytest.mark.parametrize("name", PAGES)
def test_grader_commands_and_options_exist(page, name):
    group = typer.main.get_command(app)
    wrong = []
    for line in _shown(page(name)):
        words = shlex.split(line, comments=True)
        if words[:1] != ["grader"] or len(words) < 2:
            continue
        known = group.commands.get(words[1])
        if known is None:
            wrong += [line] if words[1] not in _options(group) else []
            continue
        words = words[2:]
        while known is not None and hasattr(known, "commands") and words:  # such as `grader data`
            known = known.commands.get(words.pop(0))
        if known is None:
            wrong.append(line)
            continue
        options = {word for word in words if word.startswith("-")}
        wrong += [line] if options - _options(known) - {"--help"} else []
    assert not wrong, f"{name} shows commands that do not exist: {wrong}"


def test_every_command_is_described_somewhere(page):
    shown = {
        line.split()[1]
        for name in PAGES
        for line in _shown(page(name))
        if line.startswith("grader ") and len(line.split()) > 1
    }
    visible = {name for name, one in typer.main.get_command(app).commands.items() if not one.hidden}
    assert visible <= shown


@pytest.mark.parametrize("name", PAGES)
def test_make_targets_exist(page, root, name):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    wanted = {
        target
        for line in _shown(page(name))
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", line)
    }
    assert wanted <= targets
