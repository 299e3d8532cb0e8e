"""Whatever a submission made in its folder, the folder can be removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.sandbox.removal import remove_folder


def nest(folder: Path, depth: int) -> None:
    before = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        Path("bottom.txt").write_text("x")
    finally:
        os.chdir(before)


@pytest.mark.parametrize("depth", [0, 1, 5000])
def test_folders_of_any_depth_go(tmp_path: Path, depth: int) -> None:
    folder = tmp_path / "box"
    folder.mkdir()
    nest(folder, depth)
    remove_folder(folder)
    assert not folder.exists()


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    folder, kept = tmp_path / "box", tmp_path / "kept"
    (folder / "inner").mkdir(parents=True)
    kept.mkdir()
    (kept / "file").write_text("x")
    (folder / "link").symlink_to(kept)
    (folder / "inner" / "link").symlink_to(kept)
    os.mkfifo(folder / "inner" / "pipe")
    remove_folder(folder)
    assert not folder.exists()
    assert (kept / "file").read_text() == "x"


def test_permissions_that_were_taken_away_do_not_help(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    (folder / "a" / "b" / "c").mkdir(parents=True)
    for path in (folder / "a" / "b" / "c", folder / "a" / "b", folder / "a", folder):
        path.chmod(0)
    remove_folder(folder)
    assert not folder.exists()


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_folder(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
