from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.submission.contents import MAX_FILES, digest, list_folder, load, read_file

Tree = Callable[[dict[str, str | bytes]], Path]
posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes of POSIX")


def test_read_file(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"12345")
    assert read_file(path, limit=5) == b"12345"
    with pytest.raises(SubmissionError, match=r"a.py has 0 MB; at most 0 MB"):
        read_file(path, limit=4)
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_file(tmp_path)
    with pytest.raises(SubmissionError, match="cannot be read: No such file"):
        read_file(tmp_path / "gone")


@posix
def test_links_pipes_and_large_files_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(60_000_000)
    for name, found in [("link", "is a link"), ("pipe", "regular file"), ("sparse", "has 60 MB")]:
        with pytest.raises(SubmissionError, match=found):
            read_file(tmp_path / name)


@posix
def test_a_folder_is_listed_without_what_leads_elsewhere(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.py").write_text("secret")
    root = tree(
        {
            "b.py": "",
            "data/a.csv": "",
            ".git/config": "",
            "__pycache__/b.pyc": "",
            "env/pyvenv.cfg": "",
            "env/lib/numpy.py": "",
            "odd\udcff\\name.py": "",
        }
    )
    (root / "stolen").symlink_to(tmp_path / "secret")
    (root / "passwd").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    files, notices = list_folder(root)
    assert list(files) == ["b.py", "data/a.csv", "odd__name.py"]
    assert {notice.where: notice.code for notice in notices} == {
        "env": "environment",
        "odd__name.py": "file-name",
        "passwd": "link",
        "pipe": "special-file",
        "stolen": "link",
    }


def test_folders_are_capped(tree: Tree) -> None:
    root = tree({"d/" * 13 + "a.py": ""})
    with pytest.raises(SubmissionError, match="12 levels"):
        list_folder(root)
    many = root / "many"
    many.mkdir()
    for number in range(MAX_FILES + 1):
        (many / str(number)).touch()
    with pytest.raises(SubmissionError, match="more than 1000 files"):
        list_folder(many)


def test_files_together_are_capped(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(40_000_000)
    paths = {name: tmp_path / name for name in ("a", "b", "c")}
    with pytest.raises(SubmissionError, match="more than 100 MB together"):
        load(paths)


@posix
def test_a_part_that_cannot_be_read_is_left_out(
    tree: Tree, as_ordinary_user: Callable[[], AbstractContextManager[None]]
) -> None:
    root = tree({"a": "1", "b": "2"})
    (root / "b").chmod(0)
    with as_ordinary_user():
        contents = load({"a": root / "a", "b": root / "b"})
    assert contents.files == {"a": b"1"}
    assert [(notice.code, notice.where) for notice in contents.notices] == [("unreadable", "b")]
    assert "Permission denied" in contents.notices[0].message


def test_digest_of_one_file_is_its_own_and_of_several_covers_paths() -> None:
    assert digest({"any name": b"x"}) == sha256(b"x").hexdigest()
    first = digest({"a": b"1", "b": b"2"})
    assert first == digest({"b": b"2", "a": b"1"})
    others = [{"a": b"2", "b": b"1"}, {"a": b"1", "c": b"2"}, {"a": b"12", "b": b""}]
    assert first not in {digest(files) for files in others}
