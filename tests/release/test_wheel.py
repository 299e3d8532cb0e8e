"""What students install holds nothing that is secret in this course."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from grader.catalog import find_course
from grader.release import make_starter
from grader.release.confidential import secrets_of
from grader.release.leaks import Secrets, find_leaks

ROOT = Path(__file__).parents[2]
COURSE = find_course(ROOT)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Mapping[str, bytes]:
    """The contents of the wheel by path, built as the README says but without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    built = subprocess.run(
        [*command, "--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_the_grader_alone(wheel):
    tops = {PurePosixPath(name).parts[0].partition("-")[0] for name in wheel}
    assert tops == {"grader"}
    assert "grader/release/template/plain/reference/solution.py.template" in wheel
    assert "grader/report/templates/grade.html" in wheel


def test_it_tells_no_secret(wheel):
    all_secrets = Secrets(())
    for id_ in COURSE.ids:
        assignment = COURSE.assignment(id_, calibrated=False)
        secrets = secrets_of(assignment, make_starter(assignment))
        assert len(secrets.windows) > 1000
        assert len(secrets.names) > 10
        for kind in ("windows", "whole", "bodies", "names"):
            getattr(all_secrets, kind).update(getattr(secrets, kind))
    assert find_leaks(wheel, all_secrets) == []


def test_it_does_not_hold_the_sample_classes(wheel):
    secrets = Secrets(())
    for path in sorted((ROOT / "examples").rglob("right*.py")):
        if "from-" not in path.name:
            secrets.add(path.read_text(encoding="latin-1"), path.name)
    assert len(secrets.windows) > 1000
    assert find_leaks(wheel, secrets) == []
