"""The scripts of action.yml and of the templates, run in bash as a runner does."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Git, surroundings, write_payload
from .test_outputs import read

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PUBLIC = """
    @pytest.mark.points(2)
    def test_two(submission):
        '''f(2) is 4.'''
        assert submission.f(2) == 4
"""


class Runner:
    """Runs the steps of the composite action that are scripts; other actions are passed over."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.temp = folder / "temp"
        self.workspace = workspace
        self.temp.mkdir()
        self.environment = surroundings() | {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "outputs"),
        }

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the step of that name with these inputs; the others have their defaults."""
        given = {key: one["default"] for key, one in ACTION["inputs"].items()} | inputs
        (step,) = (one for one in ACTION["runs"]["steps"] if one.get("name") == name)
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.workspace,
            env=self.environment | _evaluated(step["env"], given),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def _evaluated(environment: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, str]:
    return {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], str(value))
        for name, value in environment.items()
    }


@pytest.fixture
def runner(course, tmp_path: Path) -> Runner:
    """A runner in a student's repository, whose homework is right."""
    course.assignment(public=PUBLIC, points=2)
    git = Git(course.root)
    (course.root / "venv.py").write_text("raise SystemExit('a file of the checkout was run')\n")
    shutil.copy(course.root / "venv.py", course.root / "pip.py")
    base = git.commit()
    head = git.commit({"my home work/$(touch ran).py": "def f(x):\n    return 2 * x\n"})
    made = Runner(tmp_path, course.root)
    made.environment["GITHUB_EVENT_PATH"] = str(
        write_payload(tmp_path, "push", head=head, base=base)
    )
    made.environment["GITHUB_EVENT_NAME"] = "push"
    return made


def test_it_installs_the_grader_and_grades(runner: Runner):
    """It is built and installed by itself; what it needs is taken from this environment."""
    runner.environment |= {
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which pip reads as "no isolation"
        "PYTHONPATH": str(Path(yaml.__file__).parents[1]),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = runner.step("Install the grader")
    assert done.returncode == 0, done.stdout + done.stderr
    installed = runner.temp / "grader"
    assert list(installed.glob("lib/*/site-packages/grader/cli/ci.py"))
    assert (installed / "bin" / "grader").is_file()
    shutil.rmtree(installed)
    installed.symlink_to(sys.prefix)
    del runner.environment["PYTHONPATH"]

    done = runner.step(
        "Grade", assignment="toy", paths="my home work/$(touch ran).py\n", **{"pass-score": "50%"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = read(Path(runner.environment["GITHUB_OUTPUT"]))
    assert set(outputs) == set(ACTION["outputs"])
    assert (outputs["score"], outputs["max-score"], outputs["passed"]) == ("2", "2", "true")
    assert json.loads(base64.b64decode(outputs["result"]))["max_score"] == 2
    assert (Path(outputs["report"]) / "junit.xml").is_file()
    assert not (runner.workspace / "ran").exists()


# In place of the grader: it writes down what it was called with.
NOTE = '#!/bin/bash\nprintf "%s\\0" "$@" > "$RUNNER_TEMP/arguments"\n'
DEFAULTS = ["--submissions", "submissions", "--pass-score", "100%", "--output", "REPORT"]
HOSTILE = "$(touch ran)`touch ran`; touch ran; \"'"


@pytest.mark.parametrize(
    ("inputs", "arguments"),
    [
        ({}, [*DEFAULTS, "--"]),
        (
            {"submissions": HOSTILE, "pass-score": HOSTILE},
            ["--submissions", HOSTILE, "--pass-score", HOSTILE, *DEFAULTS[4:], "--"],
        ),
        (
            {"assignment": HOSTILE, "paths": f"{HOSTILE}\n\n--trust\n", "course": HOSTILE},
            [*DEFAULTS, "--assignment", HOSTILE, "--course", HOSTILE, "--", HOSTILE, "--trust"],
        ),
        (
            {"all": "true", "hidden": "true", "trust": "true"},
            [*DEFAULTS, "--all", "--hidden", "--trust", "--"],
        ),
        (
            {"all": "yes; --trust", "hidden": "True", "trust": "1"},
            [*DEFAULTS, "--"],
        ),
    ],
)
def test_inputs_become_arguments_and_nothing_else(runner: Runner, inputs, arguments):
    program = runner.temp / "grader" / "bin" / "grader"
    program.parent.mkdir(parents=True)
    program.write_text(NOTE)
    program.chmod(0o755)
    done = runner.step("Grade", **inputs)
    assert done.returncode == 0, done.stderr
    called = (runner.temp / "arguments").read_text().split("\0")[:-1]
    report = str(runner.temp / "grader-report")
    assert called == ["ci", *(report if one == "REPORT" else one for one in arguments)]
    assert not list(runner.workspace.rglob("ran"))


def test_the_head_is_fetched_as_objects(git, tmp_path):
    """The script of the template leaves the head's files in git, and none in the checkout."""
    git.commit({"a": "1"})
    git("checkout", "-q", "-b", "work")
    head = git.commit({"conftest.py": "raise SystemExit('run')\n"})
    git("checkout", "-q", "main")
    git("update-ref", "refs/pull/2/head", head)
    git("branch", "-q", "-D", "work")
    git("config", "uploadpack.allowReachableSHA1InWant", "true")
    clone = Git(tmp_path / "clone")
    clone("remote", "add", "origin", f"file://{git.root}")
    clone("fetch", "-q", "origin", "main")
    clone("checkout", "-q", "-B", "main", "FETCH_HEAD")
    workflow = yaml.safe_load((ROOT / "docs/ci/classroom-hidden.yml").read_text("utf-8"))
    (script,) = (
        step["run"]
        for step in workflow["jobs"]["grade"]["steps"]
        if step.get("name") == "Fetch the head, as objects"
    )
    subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=clone.root,
        env=surroundings() | {"HEAD": head, "TOKEN": "none"},
        check=True,
        capture_output=True,
    )
    assert clone.repository.commit(head) == head
    assert [path.name for path in clone.root.iterdir() if path.name != ".git"] == ["a"]


def test_on_gitlab_too(git, tmp_path):
    base = git.commit({"a": "1"})
    git("checkout", "-q", "-b", "work")
    head = git.commit({"conftest.py": "raise SystemExit('run')\n"})
    git("checkout", "-q", "main")
    git("update-ref", "refs/merge-requests/5/head", head)
    git("branch", "-q", "-D", "work")
    program = tmp_path / "bin" / "grader"
    program.parent.mkdir()
    program.write_text(NOTE)
    program.chmod(0o755)
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-hidden.yml").read_text("utf-8"))["hidden-tests"]
    script = "\n".join(job["script"]).replace("/opt/grader/bin", str(program.parent))
    subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env=surroundings()
        | {"CLASSROOM": f"file://{git.root}", "MERGE_REQUEST": "5", "RUNNER_TEMP": str(tmp_path)}
        | {"CI_BUILDS_DIR": str(tmp_path / "builds"), "CI_PROJECT_DIR": str(tmp_path / "course")},
        check=True,
        capture_output=True,
    )
    called = (tmp_path / "arguments").read_text().split("\0")[:-1]
    assert called[:2] == ["ci", "--hidden"]
    options = dict(zip(called[2::2], called[3::2], strict=True))
    assert options["--course"] == str(tmp_path / "course")
    clone = Git(tmp_path / "builds" / "classroom")
    assert clone.repository.commit(options["--head"]) == head
    assert clone.repository.commit(options["--base"]) == base
    assert [path.name for path in clone.root.iterdir()] == [".git"]
