"""Real repositories, and grades about work that lies in a folder."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.ci import Repository, Result, Work
from grader.model import Grade, GradeStatus, Status, Verdict, Visibility
from grader.submission import discover

PAYLOADS = Path(__file__).parent / "payloads"
HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"  # of the payloads
BASE = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"


class Git:
    """A repository that tests write to by git itself."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch", "main")

    def __call__(self, *arguments: str, given: bytes = b"") -> str:
        """Run git; return what it prints."""
        names = {
            f"GIT_{who}_{what}": "x@y"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("EMAIL", "NAME")
        }
        return os.fsdecode(
            subprocess.run(
                ["git", "-C", str(self.root), *arguments],
                input=given,
                capture_output=True,
                check=True,
                env={**surroundings(), **names},
            ).stdout
        ).strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files without committing them."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes] | None = None, *, removed: str = "") -> str:
        """Write or remove files, commit everything, and return the commit."""
        self.write(files or {})
        if removed:
            self("rm", "-r", "--quiet", removed)
        self("add", "--all")
        self("commit", "--quiet", "--allow-empty", "--message", "x")
        return self("rev-parse", "HEAD")

    @property
    def repository(self) -> Repository:
        """The repository as the product reads it."""
        return Repository(self.root)


def surroundings() -> dict[str, str]:
    """The environment without the machine's settings of git, and the run that we may be part of."""
    ours = ("GITHUB_", "GITLAB_", "CI_", "GIT_", "GRADER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture(autouse=True)
def _no_other_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(os.environ) - set(surroundings()):
        monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """An empty repository."""
    return Git(tmp_path / "classroom")


def write_payload(folder: Path, name: str, *, head: str, base: str, **fields: Any) -> Path:
    """Write a payload in which the two commits are these, and return its path."""
    text = (PAYLOADS / f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text.replace(HEAD, head).replace(BASE, base)) | fields
    path = folder / "event.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def payload(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a payload, with other commits and fields if they are given."""
    return lambda name, head=HEAD, base=BASE, **fields: write_payload(
        tmp_path, name, head=head, base=base, **fields
    )


def verdict(title: str = "f(2) is 4.", points: str = "0", **fields: Any) -> Verdict:
    """A public test of 2 points."""
    return Verdict(
        **{
            "id": "test_one",
            "title": title,
            "visibility": Visibility.PUBLIC,
            "points": Decimal(points),
            "max_points": Decimal(2),
            "status": Status.PASSED if points == "2" else Status.FAILED,
        }
        | fields
    )


@pytest.fixture
def result(tmp_path: Path) -> Callable[..., Result]:
    """Return a function that makes the result of a module, or of other files."""

    def make(
        *verdicts: Verdict,
        files: Mapping[str, str] | None = None,
        student: str = "ada",
        submission: str = "",
        **fields: Any,
    ) -> Result:
        folder = tmp_path / "top" / "submissions" / "toy" / student
        for name, text in (files or {"toy.py": "def f(x):\n    return x\n"}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        (attempt,) = discover([folder], assignment="toy")
        grade = Grade(
            **{
                "student": attempt.student,
                "assignment": "toy",
                "assignment_title": "A toy",
                "submission": submission or f"{student}/toy.py",
                "score": sum((one.points for one in verdicts), Decimal(0)),
                "max_score": sum((one.max_points for one in verdicts), Decimal(0)),
                "status": GradeStatus.GRADED,
                "verdicts": verdicts,
            }
            | fields
        )
        return Result(grade, Work(attempt, grade, tmp_path / "top"), grade.score == grade.max_score)

    return make
