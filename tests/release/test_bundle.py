"""The student bundle: what is in it, that it works for a student, and how it is written."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.catalog import find_course
from grader.datasets import EXAMPLE_SEED, as_csv, twin
from grader.errors import GraderError, SpecError, UsageError
from grader.release import make_bundle, make_starter, refuse_occupied, write_bundle, write_zip
from grader.release.bundle import Bundle


def _bundle(root: Path) -> Bundle:
    assignment = find_course(root).assignment("toy")
    return make_bundle(assignment, make_starter(assignment), root)


def _pass(_: object) -> None:
    """Find nothing wrong."""


def _note(bundle: Bundle) -> str:
    return bundle.files["assignments/toy/DATA.md"].decode()


def test_it_holds_what_students_need_and_nothing_else(root, toy):
    (toy.folder / "notes for us.txt").write_text("nothing for students")
    (toy.folder / "tests" / "public" / "__pycache__").mkdir()
    (toy.folder / "tests" / "public" / "__pycache__" / "a.pyc").touch()
    assert [name.removeprefix("assignments/toy/") for name in _bundle(root).files] == [
        "DATA.md",
        "LICENSE",
        "README.md",
        "assignment.yaml",
        "data/rows.csv",
        "starter/toy.ipynb",
        "starter/toy.py",
        "tests/public/test_toy.py",
        "thresholds.json",
        "toy.ipynb",
        "toy.py",
    ]


def test_what_the_handout_shows_is_included(root, toy):
    with (toy.folder / "README.md").open("a") as file:
        file.write("\n![nets](images/net.svg) [data](data/rows.csv#top) [web](https://a.b/c)\n")
    (toy.folder / "images").mkdir()
    (toy.folder / "images" / "net.svg").write_text("<svg/>")
    assert "assignments/toy/images/net.svg" in _bundle(root).files


@pytest.mark.parametrize(
    "target",
    [
        "tests/hidden/test_toy.py",
        "mistakes/other_class.py",
        "../../reference/toy/solution.py",
        "/etc/passwd",
        "missing.png",
    ],
)
def test_a_handout_that_links_to_what_students_do_not_get_is_refused(root, toy, target):
    handout = toy.folder / "README.md"
    handout.write_text(f"# Toy\n\n[here]({target})\n")
    with pytest.raises(SpecError, match="which students do not get") as caught:
        _bundle(root)
    assert caught.value.where == "assignments/toy/README.md:3"


# --- licence and data ---------------------------------------------------------------------------


def test_the_licence_is_the_assignments_or_the_courses_or_said_to_be_none(root, toy):
    licence = "assignments/toy/LICENSE"
    assert b"It states no licence" in _bundle(root).files[licence]
    (root / "LICENSE.md").write_text("of the course")
    assert _bundle(root).files[licence] == b"of the course"
    (toy.folder / "LICENSE").write_text("of the assignment")
    assert _bundle(root).files[licence] == b"of the assignment"


def test_data_are_described_by_their_author_or_refused(root, toy):
    note = _note(_bundle(root))
    assert note.startswith("data/rows.csv: two rows, made up; no licence needed.\n")
    assert "drawn anew from a twin of the data set `wine`" in note
    (toy.folder / "DATA.md").unlink()
    with pytest.raises(SpecError, match=r"nothing says what data/rows\.csv is") as caught:
        _bundle(root)
    assert caught.value.where == "assignments/toy/DATA.md"


def test_rows_of_a_twin_are_recognised(root, toy):
    (toy.folder / "DATA.md").unlink()
    rows = as_csv(twin("wine", 30, EXAMPLE_SEED))
    (toy.folder / "data" / "rows.csv").write_bytes(rows.replace("\n", "\r\n").encode())
    note = _note(_bundle(root))
    assert "30 rows of a **twin** of the data set `wine`" in note
    assert "`grader data csv wine --rows 30` writes the same bytes" in note


def test_published_files_are_recognised(root, toy, monkeypatch):
    from dataclasses import replace

    from grader.datasets.published import PUBLISHED

    (toy.folder / "DATA.md").unlink()
    content = (toy.folder / "data" / "rows.csv").read_bytes()
    wine = PUBLISHED["wine"]
    [file] = wine.files
    known = replace(file, sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setitem(PUBLISHED, "wine", replace(wine, files=(known,)))
    assert "the published file. Licence: CC BY 4.0" in _note(_bundle(root))


# --- as a student -------------------------------------------------------------------------------


def test_a_student_unpacks_it_opens_the_notebook_and_checks(root, toy, tmp_path, monkeypatch):
    packed = write_zip(_bundle(root), tmp_path / "handed out", _pass)
    home = tmp_path / "my documents"
    zipfile.ZipFile(packed).extractall(home)
    shutil.rmtree(root)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    folder = home / "assignments" / "toy"
    notebook = nbformat.read(folder / "toy.ipynb", as_version=4)
    # What the student writes, in a new cell before the check.
    mine = "z = np.clip(z, -500, 500)\n    return 1 / (1 + np.exp(-z))"
    rows = "assert len(np.genfromtxt('data/rows.csv', delimiter=',', skip_header=1)) == 2"
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(f"def sigmoid(z):\n    {mine}\n\n{rows}"))
    resources = {"metadata": {"path": str(folder)}}
    done = NotebookClient(notebook, kernel_name="python3", resources=resources).execute()
    told = str(done.cells[-1].outputs)
    assert "sigmoid() is 1/2 at 0" in told
    assert "could not be run" not in told

    # And in a shell, in the folder and from elsewhere.
    module = folder / "toy.py"
    stub = 'raise NotImplementedError("Write sigmoid() here.")'
    assert stub in module.read_text()
    module.write_text(module.read_text().replace(stub, mine))
    for arguments, place in (
        (["toy", "toy.py"], folder),
        (["toy", str(module), "--course", str(home)], tmp_path),
    ):
        command = [sys.executable, "-m", "grader", "check", *arguments]
        checked = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "2 of 2 points" in checked.stdout


# --- writing ------------------------------------------------------------------------------------


def test_equal_sources_give_equal_bytes(root, toy, tmp_path):
    first = write_zip(_bundle(root), tmp_path / "a", _pass).read_bytes()
    assert write_zip(_bundle(root), tmp_path / "b", _pass).read_bytes() == first


def test_it_is_written_whole_or_not_at_all(root, toy, tmp_path):
    def refuse(released: object) -> None:
        raise SpecError("no")

    for write in (write_bundle, write_zip):
        with pytest.raises(SpecError):
            write(_bundle(root), tmp_path / "new" / "out", refuse)
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").touch()
    with pytest.raises(SpecError):
        write_bundle(_bundle(root), tmp_path / "mine", refuse)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["diary.txt"]


def test_the_assignment_is_checked_as_students_have_it(root, toy, tmp_path):
    seen = []
    place = write_bundle(_bundle(root), tmp_path / "out", seen.append)
    [released] = seen
    assert (released.id, released.reference, released.points) == ("toy", None, toy.points)
    assert place == tmp_path / "out" / "assignments" / "toy"
    assert not list(place.rglob("hidden"))


def test_two_assignments_share_a_folder_and_the_same_may_be_written_again(root, toy, tmp_path):
    from grader.release import new_assignment

    new_assignment(root, "other", "", metric=False)
    assignment = find_course(root).assignment("other")
    other = make_bundle(assignment, make_starter(assignment), root)
    for bundle in (_bundle(root), other, _bundle(root)):
        refuse_occupied(bundle, tmp_path / "out", packed=False, force=False)
        write_bundle(bundle, tmp_path / "out", _pass)
    assert find_course(tmp_path / "out").ids == ("other", "toy")
    assert not [path for path in (tmp_path / "out").iterdir() if path.name != "assignments"]


def test_nothing_else_is_overwritten(root, toy, tmp_path):
    bundle, out = _bundle(root), tmp_path / "out"
    write_bundle(bundle, out, _pass)
    changed = out / "assignments" / "toy" / "toy.py"
    changed.write_text("mine")
    with pytest.raises(UsageError, match=r"other versions of assignments/toy/toy\.py"):
        refuse_occupied(bundle, out, packed=False, force=False)
    refuse_occupied(bundle, out, packed=False, force=True)
    (changed.parent / "my notes.txt").touch()
    for force in (False, True):
        with pytest.raises(UsageError, match=r"not part of the bundle: .*my notes"):
            refuse_occupied(bundle, out, packed=False, force=force)
    (out / "toy.zip").write_bytes(b"mine")
    with pytest.raises(UsageError, match="there is another file"):
        refuse_occupied(bundle, out, packed=True, force=False)
    refuse_occupied(bundle, out, packed=True, force=True)
    with pytest.raises(UsageError, match="this is no folder"):
        refuse_occupied(bundle, out / "toy.zip", packed=True, force=True)
    (out / "other" / "toy.zip").mkdir(parents=True)
    with pytest.raises(UsageError, match="this is a folder"):
        refuse_occupied(bundle, out / "other", packed=True, force=True)


@pytest.mark.parametrize("path", ["assignments", "assignments/toy"])
def test_a_file_or_link_in_the_place_of_a_folder_is_kept(root, toy, tmp_path, path):
    place = tmp_path / "out" / path
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    for _ in range(2):
        with pytest.raises(UsageError, match="this is no folder") as caught:
            refuse_occupied(_bundle(root), tmp_path / "out", packed=False, force=True)
        assert caught.value.where == str(place)
        place.unlink()
        place.symlink_to(tmp_path / "nowhere")


def test_a_replaced_bundle_leaves_nothing_of_the_former(root, toy, tmp_path):
    out = tmp_path / "out"
    write_bundle(_bundle(root), out, _pass)
    (toy.folder / "README.md").write_text("# Toy, second edition\n")
    write_bundle(_bundle(root), out, _pass)
    assert (out / "assignments" / "toy" / "README.md").read_text() == "# Toy, second edition\n"
    assert [path.name for path in out.iterdir()] == ["assignments"]


def test_a_place_that_cannot_be_written_to_is_told(root, toy, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(GraderError, match="cannot be written"):
        write_bundle(_bundle(root), tmp_path / "file" / "out", _pass)
