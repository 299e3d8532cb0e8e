from __future__ import annotations

from pathlib import Path

import pytest

from grader.batch.fingerprint import digest_of_conditions, digest_of_contents, fingerprint
from grader.model import Engine, Notice
from grader.pipeline import Rules
from grader.submission import Attempt


def test_everything_that_decides_tests_and_their_numbers_counts(toy, course):
    given = Rules(secret="s")
    changed = [
        given._replace(secret="t"),
        given._replace(round=1),
        given._replace(engine=Engine.JUPYTER),
        given._replace(hidden=False),
        given._replace(only=("test_zero",)),
        given._replace(backwards=True),
    ]
    found = [digest_of_conditions(toy, rules) for rules in (given, *changed)]
    found += [
        digest_of_conditions(toy.model_copy(update={"digest": "0" * 64}), given),
        digest_of_conditions(toy.model_copy(update={"allowed_imports": ("numpy",)}), given),
        digest_of_conditions(toy.model_copy(update={"allowed_imports": ("sklearn",)}), given),
    ]
    assert len(set(found)) == len(found)
    assert digest_of_conditions(toy, given) == found[0]
    assert not any(given.secret in one for one in found if len(given.secret) > 1)


def test_the_starters_check_cells_count(toy):
    before = digest_of_conditions(toy, Rules())
    starter = toy.folder / "starter" / "toy.ipynb"
    starter.parent.mkdir()
    starter.write_text(
        '{"cells": [{"id": "c", "source": "check()", "metadata": {"grader": {"role": "check"}}}]}'
    )
    assert digest_of_conditions(toy, Rules()) != before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "ada"
    root.mkdir()
    (root / "toy.py").write_text("x = 1\n")
    return root


def test_bytes_and_names_count_and_times_do_not(folder):
    attempt = Attempt(student="ada", path=folder)
    found = [digest_of_contents(attempt)]
    (folder / "toy.py").touch()
    assert digest_of_contents(attempt) == found[0]
    (folder / "toy.py").write_text("x = 2\n")
    found.append(digest_of_contents(attempt))
    (folder / "toy.py").rename(folder / "other.py")
    found.append(digest_of_contents(attempt))
    (folder / "data.csv").write_text("1,2\n")
    found.append(digest_of_contents(attempt))
    (folder / "data.csv").unlink()
    (folder / "data.csv").symlink_to("other.py")
    found.append(digest_of_contents(attempt))
    assert len(set(found)) == len(found)


def test_what_cannot_be_read_has_a_digest_too(tmp_path):
    gone = digest_of_contents(Attempt(student="ada", path=tmp_path / "gone.py"))
    (tmp_path / "gone.py").write_text("")
    assert digest_of_contents(Attempt(student="ada", path=tmp_path / "gone.py")) != gone
    (tmp_path / "link.py").symlink_to("gone.py")
    assert digest_of_contents(Attempt(student="ada", path=tmp_path / "link.py")) != gone


def test_what_the_grade_tells_of_an_attempt_counts():
    def of(notices: tuple[Notice, ...] = (), **fields: object) -> str:
        fields = {"student": "ada", "path": Path("toy.py")} | fields
        return fingerprint(Attempt(**fields), notices, contents="c", conditions="d")

    notice = Notice(code="late", message="Late.")
    found = [
        of(),
        of(student="bob"),
        of(path=Path("another.py")),
        of(attempt=2),
        of((notice,)),
        of(notices=(notice, notice)),
    ]
    assert len(set(found)) == len(found)
    assert of(path=Path("elsewhere/toy.py")) == found[0]
