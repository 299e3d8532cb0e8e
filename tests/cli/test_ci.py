"""``grader ci`` as a runner calls it: a process with an event, real commits and real files."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import junitparser
import pytest
from typer.testing import Result

from ..ci.conftest import Git, surroundings, write_payload
from ..ci.test_annotations import runner
from ..ci.test_outputs import read
from .conftest import INTERFACE, PUBLIC, RIGHT, WRONG

SCHEMA = Path(__file__).parents[2] / "docs" / "grade.schema.json"
# What a student may try: commands in what is printed, and in what ends up in messages.
LOUD = '''\
import os, sys

COMMANDS = """
::set-output name=score::100
::stop-commands::x
::add-mask::0
##[add-mask]1
::error file=a,line=1::<img src=x>`````
"""
print(COMMANDS)
sys.stderr.write(COMMANDS)
os.write(1, COMMANDS.encode())


def f(x):
    print(COMMANDS)
    raise ValueError(COMMANDS)
'''


class Ended(NamedTuple):
    """What a run left behind."""

    status: int
    log: str
    errors: str
    summary: str
    outputs: dict[str, str]
    report: Path

    @property
    def written(self) -> str:
        """Everything that anybody may read, decoded."""
        files = [path.read_text("utf-8") for path in self.report.rglob("*") if path.is_file()]
        result = base64.b64decode(self.outputs.get("result", "")).decode()
        return "\n".join([self.log, self.errors, self.summary, result, repr(self.outputs), *files])


@pytest.fixture
def classroom(course, tmp_path: Path) -> Git:
    """A class's repository, whose course has public tests only, and a branch to work on."""
    course.assignment(public=PUBLIC, points=2, interface=INTERFACE)
    git = Git(tmp_path / "classroom")
    for path in course.root.rglob("*"):
        if path.is_file():
            git.write({path.relative_to(course.root).as_posix(): path.read_bytes()})
    git.commit({"submissions/README.md": "Hand in here.", "submissions/toy/zoe/toy.py": RIGHT})
    git("checkout", "-q", "-b", "work")
    return git


@pytest.fixture
def event(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a function that prepares what GitHub gives to a step, as variables and files."""

    def prepare(git: Git, name: str = "pull_request.opened") -> dict[str, str]:
        head, base = git("rev-parse", "work"), git("rev-parse", "main")
        for file in ("summary.md", "outputs"):
            (tmp_path / file).write_text("")
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name.partition(".")[0],
            "GITHUB_EVENT_PATH": str(write_payload(tmp_path, name, head=head, base=base)),
            "GITHUB_SHA": base,
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        }

    return prepare


@pytest.fixture
def ci(tmp_path: Path) -> Callable[..., Ended]:
    """Return a function that runs the command as a process, in a repository."""

    def run(git: Git, *arguments: object, **environment: str) -> Ended:
        report = tmp_path / "report"
        done = subprocess.run(
            [sys.executable, "-m", "grader", "ci", "-o", report, *map(str, arguments)],
            cwd=git.root,
            env={**surroundings(), "PYTHONIOENCODING": "utf-8", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
        return Ended(
            done.returncode,
            done.stdout,
            done.stderr,
            summary.read_text("utf-8") if summary.exists() else "",
            read(outputs) if outputs.exists() else {},
            report,
        )

    return run


@pytest.fixture
def here(call, event, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that calls the command for an event in this process: nothing is graded."""
    for name in set(os.environ) - set(surroundings()):
        monkeypatch.delenv(name)

    def run(git: Git, *arguments: object) -> Result:
        for name, value in event(git).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(git.root)
        return call("ci", *arguments)

    return run


def test_a_pull_request_is_graded_and_told(classroom, event, ci):
    classroom.commit(
        {
            "submissions/toy/ada/toy.py": f"import math\n\n{WRONG.replace('2', '3')}",
            "submissions/toy/bob/toy.py": RIGHT,
            "elsewhere.py": "raise SystemExit(3)\n",
        }
    )
    done = ci(classroom, **event(classroom, "pull_request.synchronize"))
    assert done.status == 1
    assert "Not every submission reached 100%" in done.errors
    [(kind, properties, message)] = runner(done.log)
    assert kind == "error"
    assert properties == {
        "file": "submissions/toy/ada/toy.py",
        "line": "3",
        "title": "0 of 2 points",
    }
    assert message.startswith("f(2) is 4.\n")
    assert message.endswith("Hint: Twice as much.")
    assert re.search(r"bob.*: 2 of 2 points", done.log)
    assert "## 2 submissions" in done.summary

    outputs = done.outputs
    assert (outputs["score"], outputs["max-score"], outputs["graded"]) == ("2", "4", "2")
    assert (outputs["passed"], outputs["report"]) == ("false", str(done.report))
    result = json.loads(base64.b64decode(outputs["result"]))
    assert (result["status"], result["max_score"]) == ("fail", 4)
    assert [(test["name"], test["score"]) for test in result["tests"]] == [
        ("ada: f(2) is 4.", 0),
        ("bob: f(2) is 4.", 2),
    ]

    assert sorted(path.relative_to(done.report).as_posix() for path in done.report.rglob("*")) == [
        "code-quality.json",
        "junit.xml",
        "summary.md",
        "toy",
        *(f"toy/{name}" for name in ("ada.html", "ada.json", "bob.html", "bob.json")),
    ]
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    validator.validate(json.loads((done.report / "toy/ada.json").read_text("utf-8")))
    suites = list(junitparser.JUnitXml.fromfile(str(done.report / "junit.xml")))
    assert [(suite.name, suite.tests, suite.failures) for suite in suites] == [
        ("ada", 1, 1),
        ("bob", 1, 0),
    ]
    assert (done.report / "summary.md").read_text("utf-8") == done.summary


def test_what_a_student_prints_is_no_command_and_no_markup(classroom, event, ci):
    classroom.commit(
        {"submissions/toy/ada/toy.py": LOUD, "submissions/toy/::add-mask::x/toy.py": RIGHT}
    )
    done = ci(classroom, "--pass-score", "1", **event(classroom))
    assert done.status == 1
    assert "::set-output" in done.log, "the message quotes what was raised"
    [(kind, properties, message)] = runner(done.log)
    assert (kind, properties["title"]) == ("error", "0 of 2 points")
    assert "::set-output name=score::100" in message
    assert runner(done.errors) == []
    assert done.outputs["score"] == "2"
    assert done.outputs["graded"] == "2"
    blocks = re.sub(r"(?ms)^(`{3,})text\n.*?^\1$", "", done.summary)
    assert "``````text" in done.summary, "the fence is longer than what it holds"
    assert "<img" not in blocks
    assert "::" not in blocks


SECRETS = """
    @pytest.mark.points(4)
    @pytest.mark.hint("The open hint.")
    def test_canary_name(submission, reference):
        '''The open title.

        canary-docstring
        '''
        import os
        print("canary-printed", submission.f(7), flush=True)  # dropped
        os.write(1, f"::warning::from below\\n{submission.f(7)}\\n".encode())
        assert submission.f("canary-argument") == reference.f("canary-argument"), "canary-message"

    @pytest.mark.points(2)
    @pytest.mark.reveal
    def test_canary_other(submission):
        '''The second title.'''
        assert submission.f(7) == 14, "this much is revealed"

    @pytest.mark.points(2)
    def test_canary_error(submission):
        '''The third title.'''
        {"canary-exception" * 2: 1}[submission.f("canary-exception")]
"""
COPYING = """\
def f(x):
    if isinstance(x, str):
        print(x)
        raise ValueError(x)
    return f"::add-mask::{x}"
"""


def test_of_a_hidden_test_nothing_comes_out(course, classroom, event, ci):
    """What the job writes and prints is searched for everything that only the course may see."""
    course.assignment(SECRETS, public=PUBLIC, reference=RIGHT, interface=INTERFACE)
    classroom.commit({"submissions/toy/ada/toy.py": COPYING})
    classroom("checkout", "-q", "main")  # the head is data
    arguments = ("--hidden", "--course", course.root, "--isolation", "D", "--trust")
    environment = event(classroom, "workflow_run.completed")
    done = ci(classroom, *arguments, GRADER_SECRET="canary-secret", **environment)
    assert done.status == 1, done.errors
    for known in ("The open title.", "The open hint.", "this much is revealed", "The third title."):
        assert known in done.written
    assert "canary" not in done.written
    assert "::warning::from below\n::add-mask::7\n" in done.log
    assert {kind for kind, _, _ in runner(done.log)} == {"error"}
    assert runner(done.errors) == []
    assert (done.outputs["score"], done.outputs["max-score"]) == ("0", "10")
    tests = json.loads(base64.b64decode(done.outputs["result"]))["tests"]
    assert len(tests) == 4
    assert not list(done.report.rglob("*.ipynb"))


def test_hidden_tests_that_the_head_brings_along_are_refused(classroom, here):
    classroom.commit({"submissions/toy/ada/toy.py": RIGHT})
    refused = here(classroom, "--hidden", "--course", classroom.root)
    assert refused.exit_code == 2
    assert "these tests come from the very change that is to be graded" in refused.stderr


def test_without_isolation_hidden_tests_need_trust(course, classroom, toy, here):
    classroom.commit({"submissions/toy/ada/toy.py": RIGHT})
    refused = here(classroom, "--hidden", "--course", course.root, "--isolation", "D")
    assert refused.exit_code == 2
    assert "they could read hidden tests" in refused.stderr
    assert "add --trust" in refused.stderr


def test_nothing_changed(classroom, here, tmp_path):
    classroom.commit({"README.md": "x"}, removed="submissions/toy")
    done = here(classroom, "-o", tmp_path / "report")
    assert done.exit_code == 0
    assert "submissions/toy/zoe was removed, so it is not graded." in done.stdout
    assert "No submission changed" in done.stdout
    outputs = read(tmp_path / "outputs")
    assert (outputs["graded"], outputs["max-score"], outputs["passed"]) == ("0", "0", "true")
    assert "Nothing was graded" in (tmp_path / "summary.md").read_text("utf-8")
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "report" / "junit.xml")).tests == 0


def test_work_that_would_be_missed_fails(classroom, here, tmp_path):
    classroom.commit({"submissions/toi/ada/toy.py": RIGHT})
    done = here(classroom)
    assert done.exit_code == 1
    [(_, properties, _)] = runner(done.stdout)
    assert properties == {"file": "submissions/toi/ada/toy.py", "title": "This file is not graded"}
    assert read(tmp_path / "outputs")["passed"] == "false"
    assert "submissions/toi/ada/toy.py" in (tmp_path / "summary.md").read_text("utf-8")


def test_a_students_own_repository_anywhere(classroom, ci, tmp_path):
    """Outside of GitHub, files and the terminal tell it all; public tests need no isolation."""
    base = classroom("rev-parse", "HEAD")
    classroom.commit({"homework/ada.py": RIGHT.replace("2", "3")})
    gitlab = {
        "GITLAB_CI": "true",
        "CI_COMMIT_SHA": classroom("rev-parse", "HEAD"),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
    }
    done = ci(classroom, "--isolation", "D", "--assignment", "toy", "homework/ada.py", **gitlab)
    assert done.status == 1
    assert "::" not in done.log
    assert "homework/ada.py  Toy, ada: 0 of 2 points" in done.log
    assert "level D" in (done.report / "summary.md").read_text("utf-8")
    (found,) = json.loads((done.report / "code-quality.json").read_text("utf-8"))
    assert found["location"] == {"path": "homework/ada.py", "lines": {"begin": 1}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("toy.py",), "one needs the other"),
        (("--assignment", "toy"), "one needs the other"),
        (("--assignment", "unknown", "toy.py"), 'no assignment is called "unknown"'),
        (("--assignment", "toy", "--", "x\n::set-output name=a::1\n"), "no such file or folder"),
        (("--pass-score", "most"), "is no pass score"),
        (("--head", "x\n::add-mask::1"), "has no commit"),
        (("--base", "--all"), 'no commit "--all"'),
        (("--all", "--hidden", "--trust"), "there are no hidden tests"),
        (("--course", "submissions"), "is not a course"),
    ],
)
def test_what_is_wrong_is_told_without_a_command(classroom, here, arguments, message):
    classroom.commit({"toy.py": RIGHT})
    done = here(classroom, *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    [(kind, properties, data)] = runner(done.stdout + done.stderr)
    assert (kind, properties) == ("error", {"title": "Nothing could be graded"})
    assert message in data
