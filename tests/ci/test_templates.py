"""The templates and the action: what linters say of them, and what they promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "ci"
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted(path for path in FOLDER.glob("*.yml") if not path.name.startswith("gitlab"))
PIPELINES = sorted(FOLDER.glob("gitlab*.yml"))


def load(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true
    return {
        "on" if key is True else key: value
        for key, value in yaml.safe_load(path.read_text("utf-8")).items()
    }


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    return load(path)["jobs"]


def steps(path: Path) -> Iterator[dict[str, Any]]:
    if path == ACTION:
        yield from load(path)["runs"]["steps"]
        return
    for job in jobs(path).values():
        yield from job["steps"]


def command(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name(name), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_templates_are_those_that_are_described():
    page = (FOLDER / "README.md").read_text("utf-8")
    assert {path.name for path in FOLDER.glob("*.yml")} == set(
        re.findall(r"\]\((\S+\.yml)\)", page)
    ) - {"../../action.yml"}
    assert len(WORKFLOWS) == 3
    assert len(PIPELINES) == 2


def has_form(schema: str, *arguments: object) -> bool:
    done = command("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *arguments)
    return done.returncode == 0


def test_they_have_the_form_that_github_and_gitlab_ask_for(tmp_path):
    assert has_form("github-workflows", *WORKFLOWS)
    assert has_form("github-actions", ACTION)
    assert has_form("gitlab-ci", "--data-transform", "gitlab-ci", *PIPELINES)
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text("utf-8").replace("runs-on:", "run-on:"))
    assert not has_form("github-workflows", wrong)


def test_an_auditor_of_workflows_finds_no_hole(tmp_path):
    """zizmor knows injection, dangerous triggers, wide permissions, kept credentials and tags."""
    arguments = ("--offline", "--no-progress", "--persona", "auditor", "--format", "json")
    done = command("zizmor", *arguments, ACTION, *WORKFLOWS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == []
    hole = tmp_path / "hole.yml"
    text = (FOLDER / "classroom-hidden.yml").read_text("utf-8")
    hole.write_text(
        text.replace('origin "$HEAD"', 'origin "${{ github.event.workflow_run.head_branch }}"')
    )
    found = json.loads(command("zizmor", *arguments, hole).stdout)
    assert "template-injection" in {one["ident"] for one in found}


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_every_action_is_named_by_commit_and_no_script_holds_an_expression(path):
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert "${{" not in step["run"]
    for line in path.read_text("utf-8").splitlines():
        if re.match(r"[ -]*uses:", line):
            assert re.search(r"# (v\d+\.\d+\.\d+|yours)$", line), "the version, for who updates it"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_do_no_more_than_it_must(path):
    assert load(path)["permissions"] == {}
    for name, job in jobs(path).items():
        grades = any("/grader@" in step.get("uses", "") for step in job["steps"])
        assert job["permissions"] == ({"contents": "read"} if grades else {"statuses": "write"}), (
            name
        )
        assert job["timeout-minutes"] <= 60
        assert grades or not any("checkout" in str(step) for step in job["steps"])


def test_only_the_job_that_no_pull_request_can_change_has_secrets():
    with_secrets = {path.name for path in WORKFLOWS if "secrets." in path.read_text("utf-8")}
    with_hidden = {
        path.name
        for path in WORKFLOWS
        for step in steps(path)
        if step.get("with", {}).get("hidden") == "true"
    }
    assert with_secrets == with_hidden == {"classroom-hidden.yml"}
    trusted = load(FOLDER / "classroom-hidden.yml")
    assert set(trusted["on"]) == {"workflow_run"}
    (public,) = trusted["on"]["workflow_run"]["workflows"]
    assert load(FOLDER / "classroom-public.yml")["name"] == public
    for name, job in trusted["jobs"].items():
        assert ("secrets." in str(job)) == (job.get("environment") == "hidden-tests"), name


def test_the_head_is_never_checked_out_where_there_are_secrets():
    checkouts = [
        step["with"]
        for step in steps(FOLDER / "classroom-hidden.yml")
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert len(checkouts) == 2
    for given in checkouts:
        assert "ref" not in given
        assert given["persist-credentials"] is False
        assert "github.event" not in str(given)
    scripts = [step.get("run", "") for step in steps(FOLDER / "classroom-hidden.yml")]
    for path in PIPELINES:
        for job in yaml.safe_load(path.read_text("utf-8")).values():
            scripts += job["before_script"] + job["script"]
    for script in scripts:
        assert not re.search(r"git (checkout|switch|merge|pull|worktree|apply)|\bcache\b", script)
    for path in (*WORKFLOWS, *PIPELINES, ACTION):
        assert "--trust" not in path.read_text("utf-8").replace("arguments+=(--trust)", "")


def test_inputs_that_are_given_are_those_of_the_action():
    action = load(ACTION)
    for path in WORKFLOWS:
        for step in steps(path):
            if "/grader@" in step.get("uses", ""):
                assert set(step.get("with", {})) <= set(action["inputs"])
    named = set(re.findall(r"inputs\.([\w-]+)", ACTION.read_text("utf-8")))
    assert named == set(action["inputs"])
    page = (FOLDER / "README.md").read_text("utf-8")
    for output in action["outputs"]:
        assert f"`{output}`" in page
