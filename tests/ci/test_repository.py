from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from grader.ci import Repository
from grader.ci.repository import Entry
from grader.errors import UsageError
from grader.submission.contents import MAX_FILE_BYTES

from .conftest import Git

STRANGE = ("-x.py", "a b.py", "ü.py", "line\nbreak.py", ":(top)x.py", "[a]*.py", 'quote".py')


def placed(git: Git, commit: str, folder: Path, names: tuple[str, ...] = ()) -> list[str]:
    git.repository.place(git.repository.entries(commit, names), folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_what_changed_are_new_changed_and_removed_files_and_both_ends_of_a_rename(git):
    base = git.commit({"same.py": "1", "old.py": "long enough to be found again\n", "gone.py": "3"})
    git("mv", "old.py", "new.py")
    head = git.commit({"added.py": "4"}, removed="gone.py")
    assert git.repository.changed(base, head) == {"old.py", "new.py", "gone.py", "added.py"}


def test_names_are_only_names(git, tmp_path):
    head = git.commit(dict.fromkeys(STRANGE, "x = 1\n") | {"a.py": "2"})
    assert {entry.path for entry in git.repository.entries(head)} == {*STRANGE, "a.py"}
    for name in STRANGE:
        assert [entry.path for entry in git.repository.entries(head, [name])] == [name]
    assert placed(git, head, tmp_path / "out", STRANGE) == sorted(STRANGE)


def test_files_are_placed_as_they_are_stored_and_run_nothing(git, tmp_path):
    """Filters and text conversions are what a commit could make a checkout or a diff run."""
    mark = tmp_path / "ran"
    for name in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv"):
        git("config", name, f"touch {mark}; cat")
    base = git.commit({"x": "1"})
    git.write({".gitattributes": "* filter=evil diff=evil eol=crlf\n", "a.py": "a\nb\n"})
    git("-c", "filter.evil.clean=cat", "add", "--all")
    git("commit", "--quiet", "--message", "x")
    head = git("rev-parse", "HEAD")
    mark.unlink(missing_ok=True)  # written by the commit of this test itself
    assert "a.py" in git.repository.changed(base, head)
    placed(git, head, tmp_path / "out")
    assert (tmp_path / "out" / "a.py").read_bytes() == b"a\nb\n"
    assert not mark.exists()


def test_links_lead_nowhere_and_submodules_are_empty(git, tmp_path):
    (git.root / "link.py").symlink_to("/etc/passwd")
    (git.root / "up").symlink_to("..")
    head = git.commit({"a.py": "1"})
    tree = git("ls-tree", "HEAD") + f"\n160000 commit {head}\tnested"
    tree = git("mktree", "--missing", given=tree.encode())
    assert placed(git, tree, tmp_path / "out") == ["a.py", "link.py", "nested", "up"]
    for name in ("link.py", "up"):
        assert (tmp_path / "out" / name).is_symlink()
        assert not (tmp_path / "out" / name).exists()
    assert list((tmp_path / "out" / "nested").iterdir()) == []


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "."])
def test_a_path_that_leads_out_is_refused(git, name):
    blob = git("hash-object", "-w", "--stdin", given=b"x")
    inner = git("mktree", given=f"100644 blob {blob}\tescaped.py".encode())
    tree = git("mktree", given=f"040000 tree {inner}\t{name}".encode())
    with pytest.raises(UsageError, match="a path that no checkout may have"):
        git.repository.entries(tree)


def test_what_is_too_large_has_its_size_and_no_content(git, tmp_path):
    git.commit({"a.py": "1"})
    entry = Entry("large.bin", "100644", "0" * 40, MAX_FILE_BYTES + 1)
    git.repository.place([entry], tmp_path / "out")
    status = (tmp_path / "out" / "large.bin").stat()
    assert status.st_size == MAX_FILE_BYTES + 1
    assert status.st_blocks * 512 < 100_000


def test_a_name_that_no_file_system_takes_is_told(git, tmp_path):
    blob = git("hash-object", "-w", "--stdin", given=b"x")
    tree = git("mktree", given=f"100644 blob {blob}\t{'x' * 300}.py".encode())
    with pytest.raises(UsageError, match="cannot be written"):
        placed(git, tree, tmp_path / "out")


def test_a_revision_is_never_an_option(git):
    head = git.commit({"a": "1"})
    assert git.repository.commit("HEAD") == head
    assert git.repository.commit("main") == head
    for revision in ("--help", "--git-dir", "-h", "nobody", "0" * 40, ""):
        assert git.repository.commit(revision) is None


def test_where_there_is_no_repository(tmp_path):
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="this is no git repository"):
        Repository(tmp_path / "plain")
    assert Repository.around(tmp_path / "plain") is None


def test_it_is_found_from_within(git):
    git.commit({"a/b/c": "1"})
    assert Repository(git.root / "a" / "b").root == git.root.resolve()


def test_without_git_there_is_a_message(git, monkeypatch, tmp_path):
    git.commit({"a": "1"})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        Repository(git.root)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_says_what_to_do(git):
    git.commit({"a": "1"})
    subprocess.run(["chown", "-R", "12345", str(git.root)], check=True)
    with pytest.raises(UsageError) as caught:
        Repository(git.root)
    assert f"safe.directory {git.root}" in caught.value.remedy
