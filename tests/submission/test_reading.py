from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import Assignment, CellKind, Submission
from grader.submission import Attempt, discover, read

Tree = Callable[[dict[str, str | bytes]], Path]
Zipped = Callable[[dict[str, str | bytes]], bytes]
ALL = "class Perceptron: pass\ndef sigmoid(z): pass\ndef train(): pass\n"


@pytest.fixture
def read_file(tmp_path: Path, assignment: Assignment) -> Callable[[str, str | bytes], Submission]:
    """Write one file and read it as alice's submission."""

    def write_and_read(name: str, content: str | bytes) -> Submission:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(Attempt(student="alice", path=path), assignment=assignment)

    return write_and_read


@pytest.fixture
def read_folder(tree: Tree, assignment: Assignment) -> Callable[..., Submission]:
    """Write files into alice's folder and read it as her only attempt."""

    def write_and_read(files: dict[str, str | bytes]) -> Submission:
        tree({f"alice/{name}": content for name, content in files.items()})
        root = tree({"bob.py": "x = 1", "carol.py": "x = 1"})
        attempt, *_ = discover([root], assignment="perceptron")
        return read(attempt, assignment=assignment)

    return write_and_read


ReadFile = Callable[[str, str | bytes], Submission]
ReadFolder = Callable[[dict[str, str | bytes]], Submission]


def codes(submission: Submission) -> list[str]:
    return [notice.code for notice in submission.notices]


def test_a_notebook(read_file: ReadFile, notebook: Callable[..., bytes]) -> None:
    data = notebook("x = 1")
    submission = read_file("alice.ipynb", data)
    assert (submission.student, submission.path, submission.kind) == (
        "alice",
        "alice.ipynb",
        "notebook",
    )
    assert [cell.kind for cell in submission.cells] == [CellKind.MARKDOWN, CellKind.CODE]
    assert submission.files == {}
    assert submission.digest == sha256(data).hexdigest()
    assert (submission.notices, submission.problem) == ((), "")


def test_a_notebook_is_never_given_its_neighbours_in_the_class(
    tree: Tree, assignment: Assignment, notebook: Callable[..., bytes]
) -> None:
    root = tree({"alice.ipynb": notebook(), "bob.py": "secret = 1", "data.csv": "1"})
    alice, bob = discover([root], assignment="perceptron")
    assert read(alice, assignment=assignment).files == {}
    assert read(bob, assignment=assignment).files == {"bob.py": b"secret = 1"}


def test_a_students_folder_comes_along(
    read_folder: ReadFolder, notebook: Callable[..., bytes]
) -> None:
    submission = read_folder(
        {"hw.ipynb": notebook(), "nets/relu.py": "r", "data.bin": b"\0\1", ".git/x": "no"}
    )
    assert submission.path == "alice/hw.ipynb"
    assert submission.files == {"nets/relu.py": b"r", "data.bin": b"\0\1"}
    assert (submission.notices, submission.problem) == ((), "")


def test_copies_of_a_notebook_are_read_each_with_the_helpers(
    tree: Tree, assignment: Assignment, notebook: Callable[..., bytes]
) -> None:
    root = tree(
        {
            "alice/perceptron.ipynb": notebook("v = 1"),
            "alice/perceptron (1).ipynb": notebook("v = 2"),
            "alice/helper.py": "h",
            "bob.py": "x",
        }
    )
    first, second = (
        read(attempt, assignment=assignment)
        for attempt in discover([root], assignment="perceptron")[:2]
    )
    assert [first.cells[1].source, second.cells[1].source] == ["v = 1", "v = 2"]
    assert (first.attempt, second.attempt) == (1, 2)
    assert second.path == "perceptron (1).ipynb"
    assert first.files == second.files == {"helper.py": b"h"}
    assert first.digest != second.digest


def test_the_digest_of_a_folder_covers_every_file(read_folder: ReadFolder) -> None:
    first = read_folder({"perceptron.py": ALL, "data.csv": "1"})
    second = read_folder({"perceptron.py": ALL, "data.csv": "2"})
    assert len(first.digest) == 64
    assert first.digest != second.digest


def test_a_module(read_file: ReadFile) -> None:
    submission = read_file("solution.py", "def f(:\r\n")
    assert (submission.kind, submission.entry) == ("module", "solution.py")
    assert [cell.source for cell in submission.cells] == ["def f(:\n"]
    assert submission.files == {"solution.py": b"def f(:\r\n"}
    assert codes(submission) == ["line-endings"]
    assert submission.problem == ""


@pytest.mark.parametrize("name", ["my solution.py", "numpy.py", "random.py", "2nd-try.py"])
def test_a_module_that_cannot_be_imported_by_its_name(read_file: ReadFile, name: str) -> None:
    submission = read_file(name, ALL)
    assert submission.entry == "perceptron.py"
    assert submission.files == {"perceptron.py": ALL.encode()}
    assert codes(submission) == ["module-name"]
    assert name in submission.notices[0].message


def test_a_renamed_module_replaces_no_other(read_file: ReadFile, zipped: Zipped) -> None:
    copies = {"perceptron.py": "1", "perceptron (1).py": "2", "perceptron (2).py": ALL}
    submission = read_file("alice.zip", zipped({**copies}))
    assert submission.entry == "perceptron_.py"
    assert submission.files["perceptron_.py"] == ALL.encode()
    assert submission.files["perceptron.py"] == b"1"
    assert codes(submission) == ["chosen", "module-name"]


def test_encodings_of_a_module_and_its_helpers_are_repaired(read_folder: ReadFolder) -> None:
    submission = read_folder(
        {"perceptron.py": "# é\n".encode("latin-1"), "h.py": "# ü\n".encode("utf-16")}
    )
    assert submission.files == {"perceptron.py": "# é\n".encode(), "h.py": "# ü\n".encode()}
    assert submission.cells[0].source == "# é\n"
    assert {(n.code, n.where) for n in submission.notices if n.code == "encoding"} == {
        ("encoding", "h.py"),
        ("encoding", "perceptron.py"),
    }


def test_packages(tree: Tree, assignment: Assignment, read_folder: ReadFolder) -> None:
    inner = read_folder({"perceptron/__init__.py": ALL, "perceptron/act.py": "a", "d.csv": "1"})
    assert inner.entry == "perceptron/__init__.py"
    assert set(inner.files) == {"perceptron/__init__.py", "perceptron/act.py", "d.csv"}
    assert inner.cells[0].source == ALL
    folder = tree({"dora/__init__.py": ALL, "dora/act.py": "a"}) / "dora"
    (attempt,) = discover([folder], assignment="perceptron")
    outer = read(attempt, assignment=assignment)
    assert outer.student == "dora"
    assert outer.entry == "perceptron/__init__.py"
    assert set(outer.files) == {"perceptron/__init__.py", "perceptron/act.py"}


def test_zips_are_unwrapped(
    read_file: ReadFile, notebook: Callable[..., bytes], zipped: Zipped
) -> None:
    data = zipped({"hw/nb.ipynb": notebook("x = 1"), "hw/data/x.csv": "1", "hw/h.py": "h"})
    submission = read_file("alice.zip", data)
    assert submission.path == "alice.zip/hw/nb.ipynb"
    assert submission.cells[1].source == "x = 1"
    assert submission.files == {"data/x.csv": b"1", "h.py": b"h"}
    assert submission.digest == sha256(data).hexdigest()


def test_a_zip_of_a_package_from_a_code_host(read_file: ReadFile, zipped: Zipped) -> None:
    data = zipped({"perceptron-main/__init__.py": ALL, "perceptron-main/act.py": "a"})
    submission = read_file("alice.zip", data)
    assert submission.entry == "perceptron/__init__.py"
    assert set(submission.files) == {"perceptron/__init__.py", "perceptron/act.py"}


def test_a_zip_in_a_students_folder_is_unpacked(read_folder: ReadFolder, zipped: Zipped) -> None:
    submission = read_folder({"hw.zip": zipped({"perceptron.py": ALL}), "report.pdf": "%PDF"})
    assert submission.entry == "perceptron.py"
    assert submission.path == "alice/perceptron.py"


def test_files_outside_the_notebooks_folder_are_named(
    read_file: ReadFile, notebook: Callable[..., bytes], zipped: Zipped
) -> None:
    submission = read_file("a.zip", zipped({"nb/hw.ipynb": notebook(), "data/x.csv": "1"}))
    assert codes(submission) == ["left-out"]
    assert "data/x.csv" in submission.notices[0].message


def test_a_choice_is_told(read_folder: ReadFolder) -> None:
    submission = read_folder({"a.py": ALL, "b.py": "x = 1"})
    assert submission.entry == "a.py"
    assert set(submission.files) == {"a.py", "b.py"}
    assert codes(submission) == ["chosen"]
    assert "3 of the 3" in submission.notices[0].message


@pytest.mark.parametrize("name", ["hw.py", "hw.json", "hw.ipynb.txt", "hw"])
def test_a_notebook_under_another_name(
    read_file: ReadFile, notebook: Callable[..., bytes], name: str
) -> None:
    submission = read_file(name, notebook("x = 1"))
    assert (submission.kind, submission.problem) == ("notebook", "")
    assert submission.cells[1].source == "x = 1"


def test_a_zip_under_another_name(
    read_file: ReadFile, notebook: Callable[..., bytes], zipped: Zipped
) -> None:
    submission = read_file("hw.ipynb", zipped({"a.ipynb": notebook("x = 1")}))
    assert submission.cells[1].source == "x = 1"
    assert codes(submission) == ["file-type"]


def test_check_cells_are_compared(tmp_path: Path, assignment: Assignment) -> None:
    cell = nbformat.v4.new_code_cell("check('edited')", id="check-1")
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    attempt = Attempt(student="alice", path=path)
    submission = read(attempt, assignment=assignment, checks={"check-1": "check()"})
    assert codes(submission) == ["check-cell-edited"]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.ipynb", b"", "a.ipynb is empty (0 bytes). Hand in"),
        ("a.py", b" \n", "a.py is empty (2 bytes)."),
        ("a.py", b"\x7fELF\0\0\0", "binary data"),
        ("a.ipynb", b"%PDF-1.7 ...", "a.ipynb is a PDF document. Hand in the notebook"),
        ("a.pdf", b"%PDF-1.7 ...", "a.pdf is a PDF document."),
        ("a.py", b"<!DOCTYPE html><html>", "a web page (HTML)"),
        ("a.zip", b"not a zip", "found: a.zip. What is named .zip is not a zip"),
        ("a.zip", b"PK\x03\x04 cut", "The zip is damaged or incomplete"),
        ("a.zip", b"Rar!\x1a", "a RAR archive"),
        ("a.txt", b"some text", "There is no notebook or module; found: a.txt."),
    ],
)
def test_what_cannot_be_graded(read_file: ReadFile, name: str, content: bytes, found: str) -> None:
    submission = read_file(name, content)
    assert found in submission.problem
    assert (submission.cells, submission.files, submission.entry) == ((), {}, "")
    assert submission.digest == sha256(content).hexdigest()


def test_zips_that_cannot_be_graded(read_file: ReadFile, zipped: Zipped) -> None:
    assert "zip within a zip" in read_file("a.zip", zipped({"b.zip": zipped({"a.py": ""})})).problem
    assert "found: nothing" in read_file("a.zip", zipped({})).problem
    docx = zipped({"[Content_Types].xml": "", "word/document.xml": ""})
    assert "office document" in read_file("a.ipynb", docx).problem


def test_a_notebook_cut_in_half(read_file: ReadFile, notebook: Callable[..., bytes]) -> None:
    data = notebook("x = 1")
    problem = read_file("a.ipynb", data[: len(data) // 2]).problem
    assert problem.startswith("a.ipynb ends in the middle (JSON error at line ")
    assert problem.endswith(
        "Open it in Jupyter, check that it opens, save it and hand it in again."
    )


def test_too_large_to_be_read(tmp_path: Path, assignment: Assignment) -> None:
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    submission = read(Attempt(student="alice", path=path), assignment=assignment)
    assert "a.ipynb has 60 MB; at most 50 MB are read. Clear all outputs" in submission.problem
    assert submission.digest == ""


@pytest.mark.skipif(os.name != "posix", reason="names of POSIX")
def test_a_name_that_is_no_text(tree: Tree, assignment: Assignment) -> None:
    root = tree(
        {"al\udcffce\n.py": "x = 1", "bob.py": "", "d_12_13_\udcff.csv": "", "d_12_14_b.py": ALL}
    )
    submissions = [
        read(attempt, assignment=assignment)
        for attempt in discover([root], assignment="perceptron")
    ]
    assert [submission.student for submission in submissions] == ["al_ce_", "bob", "d_12"]
    assert [bool(submission.problem) for submission in submissions] == [False, True, False]
    assert all(submission.model_dump_json() for submission in submissions[:2])
    assert "\ufffd" in submissions[0].path


VALID = nbformat.writes(
    nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Ünïcode"),
            nbformat.v4.new_code_cell("x = 1", id="first"),
            nbformat.v4.new_code_cell("y = 'é'", outputs=[nbformat.v4.new_output("stream")]),
        ],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": ""}},
    )
).encode()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    end=st.integers(0, len(VALID)),
    flips=st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=4),
    suffix=st.sampled_from([".ipynb", ".py", ".zip"]),
)
def test_damage_never_raises(
    tmp_path: Path, assignment: Assignment, end: int, flips: list[tuple[int, int]], suffix: str
) -> None:
    data = bytearray(VALID)
    for position, value in flips:
        data[position] = value
    path = tmp_path / f"hw{suffix}"
    path.write_bytes(data[:end])
    submission = read(Attempt(student="alice", path=path), assignment=assignment)
    assert bool(submission.cells) != bool(submission.problem)
    assert submission.digest == sha256(data[:end]).hexdigest()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    position=st.floats(0, 1, exclude_max=True),
    value=st.integers(0, 255),
    keep=st.floats(0.3, 1),
)
def test_damaged_zips_never_raise(
    tmp_path: Path,
    assignment: Assignment,
    zipped: Zipped,
    position: float,
    value: int,
    keep: float,
) -> None:
    data = bytearray(zipped({"hw/perceptron.ipynb": VALID, "hw/data.csv": "1,2"}))
    data[int(position * len(data))] = value
    path = tmp_path / "hw.zip"
    path.write_bytes(data[: round(keep * len(data))])
    submission = read(Attempt(student="alice", path=path), assignment=assignment)
    assert bool(submission.cells) != bool(submission.problem)
