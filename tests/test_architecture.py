"""The house rules that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "grader").rglob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in MODULES]
LONGEST = 400
# Drawers for everything have no noun.
NAMELESS = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "lib", "stuff"}
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
ATTACKS = ROOT / "tests" / "hostile" / "submissions"  # whose authors guess at such paths
TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".json", ".html", ".css", ".js", ".cfg"}


def test_there_is_something_to_look_at():
    assert len(MODULES) > 50


def test_imports_follow_the_contracts():
    command = "from importlinter.cli import lint_imports_command as command; command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
class TestModule:
    def test_is_short_enough_to_be_read(self, path):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= LONGEST, f"{lines} lines: this module is two"

    def test_is_named_after_a_noun(self, path):
        assert not {path.stem, path.parent.name} & NAMELESS

    def test_says_what_it_is(self, path):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    def test_lists_what_it_offers(self, path):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        public = {
            node.name
            for node in tree.body
            if isinstance(node, definitions) and not node.name.startswith("_")
        }
        names = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module != "typing"
            for alias in node.names
        }
        offered = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and any(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
        ]
        reexports = path.name == "__init__.py" and names - {"annotations"}
        if path.name == "__main__.py" or not (public or reexports):
            return  # nothing to offer
        assert offered, "this module has no __all__"
        (listed,) = offered
        assert len(listed) == len(set(listed))
        if path.name == "__init__.py":
            assert reexports <= set(listed)


def tracked() -> list[Path]:
    """The project's files as git knows them, or all that are there where git is not."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return [path for path in (ROOT / "grader").rglob("*") if path.is_file()]
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]  # one may be deleted and not yet committed


def test_no_file_knows_the_machine_it_was_written_on():
    texts = [path for path in tracked() if path.suffix in TEXTS and ATTACKS not in path.parents]
    assert len(texts) > len(MODULES)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in texts
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)
