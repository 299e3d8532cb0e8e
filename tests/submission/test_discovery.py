from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.model import Assignment
from grader.submission import Attempt, discover, read

Tree = Callable[[dict[str, str | bytes]], Path]
posix = pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")


def found(*paths: Path) -> list[tuple[str, int, str]]:
    return [
        (attempt.student, attempt.attempt, attempt.path.name)
        for attempt in discover(paths, assignment="perceptron")
    ]


def codes(attempts: Sequence[Attempt]) -> list[str]:
    return [notice.code for attempt in attempts for notice in attempt.notices]


def test_a_class_of_files_and_folders(tree: Tree) -> None:
    root = tree(
        {
            "alice.ipynb": "",
            "bob.py": "",
            "carol.zip": "",
            "dave/perceptron.ipynb": "",
            "erin/nothing.docx": "",
            "frank.pdf": "",
            "README.md": "",
            "README.txt": "",
            "readme.ipynb": "",
            "expected.yaml": "",
            "roster.csv": "",
            ".DS_Store": "",
            "__MACOSX/alice.ipynb": "",
            ".ipynb_checkpoints/alice.ipynb": "",
        }
    )
    (root / "gina").mkdir()
    assert found(root) == [
        ("alice", 1, "alice.ipynb"),
        ("bob", 1, "bob.py"),
        ("carol", 1, "carol.zip"),
        ("dave", 1, "dave"),
        ("erin", 1, "erin"),
        ("frank", 1, "frank.pdf"),
        ("gina", 1, "gina"),
    ]


def test_copies_in_a_class_are_attempts_in_the_order_of_their_counters(tree: Tree) -> None:
    root = tree(
        {"alice (10).ipynb": "", "alice-Copy2.ipynb": "", "alice.ipynb": "", "bob.ipynb": ""}
    )
    assert found(root) == [
        ("alice", 1, "alice.ipynb"),
        ("alice", 2, "alice-Copy2.ipynb"),
        ("alice", 3, "alice (10).ipynb"),
        ("bob", 1, "bob.ipynb"),
    ]


def test_without_counters_the_later_change_is_the_later_attempt(tree: Tree) -> None:
    root = tree({"alice.zip": "", "alice.ipynb": "", "bob.py": ""})
    assert found(root)[:2] == [("alice", 1, "alice.zip"), ("alice", 2, "alice.ipynb")]


def test_copies_in_a_students_folder_are_attempts_with_the_same_helpers(tree: Tree) -> None:
    root = tree(
        {
            "alice/perceptron (1).ipynb": "second",
            "alice/perceptron.ipynb": "first",
            "alice/helper.py": "",
            "alice/data/x.csv": "",
            "bob/perceptron.ipynb": "",
        }
    )
    first, second, bob = discover([root], assignment="perceptron")
    assert (first.path.name, first.attempt) == ("perceptron.ipynb", 1)
    assert (second.path.name, second.attempt) == ("perceptron (1).ipynb", 2)
    assert set(first.parts) == {"perceptron.ipynb", "helper.py", "data/x.csv"}
    assert set(second.parts) == set(first.parts)
    assert second.parts["perceptron.ipynb"] == root / "alice" / "perceptron (1).ipynb"
    assert bob.path == root / "bob"


def test_a_notebook_and_its_exported_module_are_one_attempt(tree: Tree) -> None:
    root = tree({"alice/hw.ipynb": "", "alice/hw.py": "", "alice/hw (1).py": "", "bob.py": ""})
    assert found(root) == [("alice", 1, "alice"), ("bob", 1, "bob.py")]


def test_moodle_folders_and_files(tree: Tree) -> None:
    root = tree(
        {
            "Anna Weber_12_assignsubmission_file_/hw.ipynb": "",
            "Anna Weber_12_assignsubmission_onlinetext_/onlinetext.html": "",
            "Anna Weber_34_assignsubmission_file_/hw.ipynb": "",
            "Zoë Ng_56_assignsubmission_file_perceptron.ipynb": "",
            "Zoë Ng_56_assignsubmission_file_helper.py": "",
        }
    )
    attempts = discover([root], assignment="perceptron")
    assert [(a.student, a.attempt) for a in attempts] == [
        ("Anna_Weber_12", 1),
        ("Anna_Weber_34", 1),
        ("Zoe_Ng_56", 1),
    ]
    assert set(attempts[2].parts) == {"perceptron.ipynb", "helper.py"}
    assert codes(attempts[:1]) == ["set-aside", "student-name"]
    assert "“Anna Weber_12”" in attempts[0].notices[1].message


def test_canvas_files_of_one_student_are_one_attempt(tree: Tree) -> None:
    root = tree(
        {
            "doejane_LATE_12_100_perceptron-1.ipynb": "",
            "doejane_LATE_12_101_helper.py": "",
            "doejane_LATE_12_102_report.pdf": "",
            "roejim_13_103_perceptron.ipynb": "",
        }
    )
    jane, jim = discover([root], assignment="perceptron")
    assert (jane.student, jane.attempt) == ("doejane_12", 1)
    assert len(jane.parts) == 3
    assert codes([jane]) == ["late"]
    assert "Canvas" in jane.notices[0].message
    assert (jim.student, dict(jim.parts)) == (
        "roejim_13",
        {"perceptron.ipynb": root / "roejim_13_103_perceptron.ipynb"},
    )


def test_canvas_files_handed_in_again_are_attempts(tree: Tree) -> None:
    root = tree(
        {
            "doejane_12_300_perceptron-1.ipynb": "",
            "doejane_12_100_perceptron.ipynb": "",
            "doejane_12_200_perceptron.ipynb": "",
        }
    )
    names = [path for _, _, path in found(root)]
    assert [name.split("_")[2] for name in names] == ["100", "200", "300"]


def test_gradescope_folders(tree: Tree) -> None:
    root = tree(
        {"submission_2/a.py": "", "submission_1/a.ipynb": "", "submission_metadata.yml": ""}
    )
    assert found(root) == [
        ("submission_1", 1, "submission_1"),
        ("submission_2", 1, "submission_2"),
    ]


def test_blackboard_attempts_by_time_stamp(tree: Tree) -> None:
    early, late = "2026-01-05-10-22-11", "2026-01-06-09-00-00"
    root = tree(
        {
            f"perceptron_jdoe_attempt_{late}_perceptron.ipynb": "",
            f"perceptron_jdoe_attempt_{late}.txt": "",
            f"perceptron_jdoe_attempt_{early}_perceptron.ipynb": "",
            f"perceptron_jdoe_attempt_{early}_helper.py": "",
        }
    )
    first, second = discover([root], assignment="perceptron")
    assert (first.student, first.order[0], len(first.parts)) == ("jdoe", early, 2)
    assert (second.student, second.order[0], second.attempt) == ("jdoe", late, 2)


@pytest.mark.parametrize(
    "files",
    [
        ["__init__.py", "layers.py"],
        ["perceptron.py", "helpers.py"],
        ["perceptron (1).ipynb", "notes.txt"],
        ["solution.py", "data.csv", "old/solution.py"],
        ["src/perceptron.py"],
        ["perceptron/__init__.py"],
        ["notes.docx"],
    ],
)
def test_one_students_folder(tree: Tree, files: list[str]) -> None:
    folder = tree({f"alice/{file}": "" for file in files}) / "alice"
    assert found(folder) == [("alice", 1, "alice")]


def test_a_package_named_as_the_assignment_belongs_to_the_folder_above(tree: Tree) -> None:
    root = tree({"alice/perceptron/__init__.py": ""})
    assert found(root / "alice" / "perceptron") == [("alice", 1, "perceptron")]


def test_a_notebook_that_uses_all_beside_it_makes_its_folder_a_students(tree: Tree) -> None:
    folder = tree({"alice/hw.ipynb": "from nets import f", "alice/nets.py": ""}) / "alice"
    assert found(folder) == [("alice", 1, "alice")]
    data = tree({"bob/hw.ipynb": "read('wine.csv')", "bob/wine.csv": ""}) / "bob"
    assert found(data) == [("bob", 1, "bob")]


def test_a_notebook_beside_others_work_is_one_of_a_class(tree: Tree) -> None:
    root = tree({"eve.ipynb": "import alice", "alice.py": "", "bob.py": "", "roster.csv": ""})
    assert [student for student, _, _ in found(root)] == ["alice", "bob", "eve"]


def test_the_courses_own_copy_does_not_hide_a_class(tree: Tree) -> None:
    root = tree({"perceptron.ipynb": "", "alice/perceptron.ipynb": "", "bob/perceptron.ipynb": ""})
    attempts = discover([root], assignment="perceptron")
    assert [a.student for a in attempts] == ["alice", "bob", "perceptron"]
    assert codes(attempts) == ["no-student"]


def test_files_that_are_given_one_by_one(tree: Tree) -> None:
    root = tree({"alice/perceptron.ipynb": "", "alice/helper.py": "", "bob.ipynb": ""})
    notebook = root / "alice" / "perceptron.ipynb"
    attempts = discover([notebook, root / "bob.ipynb", notebook], assignment="perceptron")
    assert [(a.student, a.attempt) for a in attempts] == [("alice", 1), ("bob", 1)]
    assert attempts[0].parts == {"perceptron.ipynb": notebook}


def test_a_file_and_its_class_are_no_two_attempts(tree: Tree) -> None:
    root = tree({"alice.ipynb": "", "bob.ipynb": ""})
    assert len(found(root, root / "alice.ipynb")) == 2


def test_names_that_would_be_one_file_are_told_apart(tree: Tree) -> None:
    root = tree({"Jose.ipynb": "", "José.ipynb": "", "../x.ipynb": ""})
    students = [student for student, _, _ in found(root)]
    assert students[0] == "Jose"
    assert students[1].startswith("Jose-")


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gone does not exist"):
        discover([tmp_path / "gone"], assignment="perceptron")


def test_an_empty_folder_is_an_attempt_with_a_problem(tree: Tree, assignment: Assignment) -> None:
    (attempt,) = discover([tree({})], assignment="perceptron")
    assert "found: nothing" in read(attempt, assignment=assignment).problem


@posix
def test_links_are_attempts_that_are_refused(
    tree: Tree, tmp_path: Path, assignment: Assignment, notebook: Callable[..., bytes]
) -> None:
    root = tree({"alice.ipynb": notebook("secret = 1"), "dir/solution.py": "", "z.ipynb": "{}"})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "perceptron.ipynb").write_bytes(notebook("secret = 2"))
    (root / "bob.ipynb").symlink_to(root / "alice.ipynb")
    (root / "carol").symlink_to(tmp_path / "outside")
    (root / "dave.ipynb").symlink_to("nowhere")
    (root / "loop").symlink_to(root)
    (root / "dir" / "perceptron.ipynb").symlink_to(root / "alice.ipynb")
    (root / "erin").mkdir()
    (root / "erin" / "perceptron.ipynb").symlink_to(root / "alice.ipynb")
    submissions = {
        attempt.student: read(attempt, assignment=assignment)
        for attempt in discover([root], assignment="perceptron")
    }
    assert sorted(submissions) == ["alice", "bob", "carol", "dave", "dir", "erin", "loop", "z"]
    for student in ("bob", "carol", "dave", "loop", "erin"):
        assert "is a link" in submissions[student].problem, student
        assert submissions[student].cells == ()
    assert [notice.code for notice in submissions["dir"].notices] == ["link"]


@posix
def test_what_cannot_be_opened_is_an_attempt_with_a_problem(
    tree: Tree,
    assignment: Assignment,
    notebook: Callable[..., bytes],
    as_ordinary_user: Callable[[], AbstractContextManager[None]],
) -> None:
    root = tree({"alice.ipynb": notebook(), "bob/perceptron.ipynb": notebook(), "carol.py": "x=1"})
    (root / "alice.ipynb").chmod(0)
    (root / "bob").chmod(0)
    with as_ordinary_user():
        attempts = discover([root], assignment="perceptron")
        problems = {a.student: read(a, assignment=assignment).problem for a in attempts}
    (root / "bob").chmod(0o755)
    assert "alice.ipynb cannot be read: Permission denied" in problems["alice"]
    assert "bob cannot be read: Permission denied" in problems["bob"]
    assert problems["carol"] == ""
