from __future__ import annotations

import importlib.metadata
import re

import grader
from grader.errors import SandboxError


def test_a_healthy_machine_leaves_with_0(toy, course, call, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "s")
    result = call("doctor")
    assert result.exit_code == 0
    for finding in (
        rf"✓ +grader +{grader.__version__}",
        rf"✓ +numpy +{importlib.metadata.version('numpy')}",
        r"· +isolation [A-D] +used by default",
        r"· +isolation D +(used by default|available) +a process of its own with deadlines",
        rf"course +1 assignments +{course.root}",
        r"✓ +secret +set",
    ):
        assert re.search(finding, result.output), finding


def test_what_is_missing_is_named_with_the_remedy(toy, call, monkeypatch):
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    known = importlib.metadata.version

    def version(name: str) -> str:
        if name in ("pytest", "torch"):
            raise importlib.metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    result = call("doctor")
    assert result.exit_code == 1
    assert re.search(r"✗ +pytest +missing +comes with the grader", result.output)
    assert re.search(r"· +torch +missing .*pip install 'grader\[torch\]'", result.output)
    assert re.search(r"· +secret +not set .*GRADER_SECRET", result.output)


def test_a_course_that_was_named_must_be_one(call, tmp_path):
    result = call("doctor", "--course", tmp_path)
    assert result.exit_code == 1
    assert re.search(r"✗ +course +none", result.output)


def test_a_machine_that_starts_no_worker_is_told(toy, call, monkeypatch, tmp_path):
    def refuse(*_):
        raise SandboxError("this machine refuses everything")

    monkeypatch.setattr("grader.sandbox.host.Host.run", refuse)
    result = call("doctor")
    assert result.exit_code == 1
    assert re.search(r"✗ +isolation [A-D] +fails +this machine refuses everything", result.output)
