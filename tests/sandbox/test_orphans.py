"""Processes are found by the folder that they live in, whoever their parent is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psutil
import pytest

from grader.sandbox.orphans import end_family, end_orphans

SLEEP = ["sleep", "1000"]


@pytest.mark.parametrize("by", ["working folder", "temporary folder", "link to it"])
def test_who_lives_in_the_folder_is_ended(tmp_path: Path, by: str) -> None:
    folder, elsewhere, link = (tmp_path / name for name in ("box", "box-2", "link"))
    (folder / "inner").mkdir(parents=True)
    elsewhere.mkdir()
    link.symlink_to(folder)
    cwd = folder / "inner" if by == "working folder" else elsewhere
    place = {"working folder": elsewhere, "temporary folder": folder, "link to it": link}[by]
    with (
        subprocess.Popen(SLEEP, cwd=cwd, env={**os.environ, "TMPDIR": str(place)}) as inside,
        subprocess.Popen(SLEEP, cwd=elsewhere, env={"PATH": os.environ["PATH"]}) as outside,
    ):
        try:
            end_orphans(folder)
            assert not psutil.pid_exists(inside.pid)
            assert outside.poll() is None
        finally:
            inside.kill()
            outside.kill()


def test_a_family_is_ended_and_its_head_is_not() -> None:
    command = ["sh", "-c", "sleep 1000 & echo $!; wait; exec sleep 1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as head:
        try:
            assert head.stdout is not None
            child = psutil.Process(int(head.stdout.readline()))
            end_family(head.pid)
            child.wait(20)
            assert head.poll() is None
        finally:
            end_family(head.pid)
            head.kill()


def test_a_family_that_is_gone_is_no_error() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait(20)
    end_family(process.pid)
