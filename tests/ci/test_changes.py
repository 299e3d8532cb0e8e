from __future__ import annotations

from pathlib import Path

import pytest

from grader.ci import Changes, Comparison, find_changes, named_changes, place_attempts
from grader.errors import UsageError

from .conftest import Git

CLASS = {
    "README.md": "x",
    "submissions/README.md": "x",
    "submissions/toy/ada/toy.py": "x = 1\n",
    "submissions/toy/ada/helper.py": "y = 1\n",
    "submissions/toy/bob.ipynb": "{}",
    "submissions/toy/cyd/toy.py": "x = 3\n",
    "submissions/other/ada/other.py": "z = 1\n",
}
IDS = ("other", "toy", "unused")


def found(git: Git, base: str | None, folder: str = "submissions") -> Changes:
    head = git("rev-parse", "HEAD")
    return find_changes(git.repository, Comparison(head, base, False), folder, IDS)


def students(git: Git, changes: Changes, folder: Path) -> dict[str, list[str]]:
    """The students of each assignment whose work is graded."""
    return {
        target.assignment: [
            attempt.student
            for attempt in place_attempts(git.repository, target, folder / target.assignment)[0]
        ]
        for target in changes.targets
    }


def test_a_submission_is_graded_if_any_file_of_it_changed(git, tmp_path):
    base = git.commit(CLASS)
    git.commit({"submissions/toy/ada/helper.py": "y = 2\n"})
    changes = found(git, base)
    assert students(git, changes, tmp_path / "a") == {"toy": ["ada"]}
    assert (tmp_path / "a/toy/classroom/submissions/toy/ada/toy.py").read_text() == "x = 1\n"
    assert not (tmp_path / "a/toy/classroom/submissions/toy/cyd").exists()
    git.commit(removed="submissions/toy/ada/helper.py")
    assert students(git, found(git, base), tmp_path / "b") == {"toy": ["ada"]}


def test_several_students_and_assignments(git, tmp_path):
    base = git.commit({"a": "1"})
    git.commit(CLASS)
    expected = {"other": ["ada"], "toy": ["ada", "bob", "cyd"]}
    assert students(git, found(git, base), tmp_path / "a") == expected
    assert students(git, found(git, None), tmp_path / "b") == expected  # everything


def test_a_renamed_submission_is_graded_under_its_new_name(git, tmp_path):
    base = git.commit(CLASS)
    git("mv", "submissions/toy/ada", "submissions/toy/ada.l")
    git("mv", "submissions/toy/bob.ipynb", "submissions/toy/rob.ipynb")
    git.commit()
    changes = found(git, base)
    assert students(git, changes, tmp_path) == {"toy": ["ada.l", "rob"]}
    assert changes.removed == ("submissions/toy/ada", "submissions/toy/bob.ipynb")


def test_a_file_that_is_renamed_within_a_submission_is_one_change(git, tmp_path):
    base = git.commit(CLASS)
    git("mv", "submissions/toy/ada/helper.py", "submissions/toy/ada/tools.py")
    git.commit()
    changes = found(git, base)
    assert students(git, changes, tmp_path) == {"toy": ["ada"]}
    assert changes.removed == ()


def test_nothing_changed_that_is_a_submission(git):
    base = git.commit(CLASS)
    git.commit({"README.md": "y", "submissions/README.md": "y", "other.py": "y"})
    assert found(git, base) == Changes()
    assert found(git, base, folder="homework") == Changes()


def test_work_that_lies_where_nobody_looks_is_found(git):
    base = git.commit(CLASS)
    git.commit(
        {"submissions/toi/ada/toy.py": "1", "submissions/toy.ipynb": "{}", "elsewhere.py": ""}
    )
    assert found(git, base).astray == ("submissions/toi/ada/toy.py", "submissions/toy.ipynb")
    assert found(git, git("rev-parse", "HEAD")).astray == ()


def test_another_folder_for_submissions(git, tmp_path):
    base = git.commit({"a": "1"})
    git.commit({"home/work/toy/ada/toy.py": "x = 1\n"})
    assert students(git, found(git, base, folder="home/work/"), tmp_path) == {"toy": ["ada"]}


def test_the_only_student_of_a_class_has_an_own_folder(git, tmp_path):
    """However little the folder looks like a submission, it is called after the student."""
    base = git.commit({"a": "1"})
    git.commit(
        {"submissions/toy/ada/src/inner/toy.py": "x", "submissions/other/bob/notes.txt": "x"}
    )
    assert students(git, found(git, base), tmp_path) == {"other": ["bob"], "toy": ["ada"]}


def test_a_nested_repository_is_a_submission_that_holds_nothing(git, tmp_path):
    """Who ran `git init` inside of the folder hands in a submodule that is nowhere."""
    base = git.commit(CLASS)
    inner = Git(git.root / "submissions/toy/dan")
    inner.commit({"toy.py": "x = 1\n"})
    git.commit()
    assert students(git, found(git, base), tmp_path) == {"toy": ["dan"]}


def named(git: Git, base: str | None, *paths: str) -> Changes:
    head = git("rev-parse", "HEAD")
    return named_changes(git.repository, Comparison(head, base, False), paths, "toy")


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("toy.py", "classroom"),
        ("homework/ada.py", "ada"),
        ("homework/own", "own"),
        (".", "classroom"),
    ],
)
def test_named_files_and_folders(git, tmp_path, path, student):
    base = git.commit({"a": "1"})
    git.commit({"toy.py": "x = 1\n", "homework/ada.py": "x", "homework/own/toy.py": "x = 2\n"})
    assert students(git, named(git, base, path), tmp_path) == {"toy": [student]}


def test_of_a_named_folder_of_a_class_those_who_changed_something(git, tmp_path):
    base = git.commit({f"all/{name}/toy.py": "x = 1\n" for name in ("ada", "bob", "cyd")})
    git.commit({"all/bob/toy.py": "x = 2\n"})
    assert students(git, named(git, base, "all"), tmp_path / "a") == {"toy": ["bob"]}
    assert students(git, named(git, None, "all"), tmp_path / "b") == {"toy": ["ada", "bob", "cyd"]}
    assert named(git, git("rev-parse", "HEAD"), "all") == Changes()


def test_a_path_that_is_not_in_the_commit(git):
    git.commit({"toy.py": "1"})
    git.write({"later.py": "not committed"})
    with pytest.raises(UsageError, match="has no such file or folder") as caught:
        named(git, None, "toy.py", "later.py")
    assert caught.value.where == "later.py"
