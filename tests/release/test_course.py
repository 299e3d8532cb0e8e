"""What students of this course get: the bundles of its assignments, and the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from grader.catalog import find_course
from grader.model import Assignment
from grader.release import make_bundle, make_starter, write_bundle
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


@pytest.fixture(scope="module")
def secrets() -> dict[str, Secrets]:
    """What is secret in each assignment."""
    assignments = (COURSE.assignment(id_) for id_ in COURSE.ids)
    return {one.id: secrets_of(one, make_starter(one)) for one in assignments}


@pytest.mark.parametrize("id_", COURSE.ids)
def test_every_assignment_can_be_handed_out(secrets, id_, tmp_path):
    assignment = COURSE.assignment(id_)
    bundle = make_bundle(assignment, make_starter(assignment), ROOT)
    assert find_leaks(bundle.files, secrets[id_]) == []
    released: list[Assignment] = []
    write_bundle(bundle, tmp_path, released.append)  # which reads it as a student would
    assert [one.reference for one in released] == [None]
    assert released[0].interface == assignment.interface


def test_the_wheel_holds_the_grader_alone(wheel):
    tops = {PurePosixPath(name).parts[0].partition("-")[0] for name in wheel}
    assert tops == {"grader"}
    assert "grader/release/template/plain/reference/solution.py.template" in wheel
    assert "grader/report/templates/grade.html" in wheel


def test_the_wheel_tells_no_secret(wheel, secrets):
    together = Secrets(())
    for one in secrets.values():
        assert len(one.windows) > 1000
        assert len(one.names) > 10
        for kind in ("windows", "whole", "bodies", "names"):
            getattr(together, kind).update(getattr(one, kind))
    assert find_leaks(wheel, together) == []


def test_the_wheel_does_not_hold_the_sample_classes(wheel):
    secrets = Secrets(())
    for path in sorted((ROOT / "examples").rglob("right*.py")):
        if "from-" not in path.name:
            secrets.add(path.read_text(encoding="latin-1"), path.name)
    assert len(secrets.windows) > 1000
    assert find_leaks(wheel, secrets) == []
