from __future__ import annotations

import json
import os
import re
import shlex
import signal
import time
from pathlib import Path

import jsonschema
import psutil
import pytest

from grader.errors import UsageError
from grader.model import Level
from grader.sandbox import offers

from .conftest import RIGHT, WRONG

LEVELS = [offer.level for offer in offers() if offer.available]
SCHEMA = Path(__file__).parents[2] / "docs" / "grade.schema.json"

READING = """\
import numpy as np

AT_IMPORT = np.loadtxt("data/train.csv", delimiter=",").sum()


def f(x):
    return AT_IMPORT + np.loadtxt("data/train.csv", delimiter=",").sum() + x
"""


def documents(folder: Path) -> dict[str, dict]:
    return {
        path.relative_to(folder).with_suffix("").as_posix(): json.loads(path.read_text("utf-8"))
        for path in folder.rglob("*.json")
    }


def test_a_class_becomes_a_folder_of_results(toy, hand_in, call, tmp_path):
    roster = tmp_path / "class.csv"
    roster.write_text("id,name\nada,Ada L.\nzoe,Zoë Ü.\n", encoding="utf-8")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "cut.ipynb").write_text('{"cells": [')
    out = tmp_path / "out"
    folder = hand_in(ada=RIGHT, bob=WRONG, eve="1/0\n")
    result = call("grade", "toy", folder, "-o", out, "--roster", roster)
    assert result.exit_code == 0
    rows = {line.split()[0]: line.rstrip() for line in result.output.splitlines() if line}
    assert re.search(r"Ada L\. +10/10  graded$", rows["ada"])
    assert re.search(r"2/10  graded +1 of 2 tests lost points$", rows["bob"])
    assert re.search(r"0/10  unreadable +cut\.ipynb", rows["cut"])
    assert re.search(r"Zoë Ü\. +–  missing +nothing was handed in$", rows["zoe"])
    assert "3 graded, 1 unreadable, 1 missing; mean 3, median 1 of 10 points" in result.output
    assert str(out / "index.html") in result.output

    # Every document, the students' ones too, is what the published schema says.
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    written = documents(out)
    assert set(written) == {
        f"{place}{key}"
        for place in ("", "feedback/")
        for key in ("ada", "bob", "cut", "eve", "zoe")
    }
    for document in written.values():
        validator.validate(document)
    broken = written["ada"] | {"score": "10"}
    assert not validator.is_valid(broken)

    # The pages can be made again from the documents, alone and beside other assignments.
    (out / "index.html").unlink()
    again = call("report", out)
    assert again.exit_code == 0
    assert "3 graded, 1 unreadable, 1 missing" in again.output
    everything = call("report", tmp_path)
    assert "out: 5 grades" in everything.output
    assert (tmp_path / "index.html").exists()


def test_results_of_others_stay_and_are_named(toy, hand_in, call, tmp_path):
    out = tmp_path / "out"
    hand_in(ada=RIGHT, bob=RIGHT)
    call("grade", "toy", tmp_path / "class" / "ada", "-o", out)
    result = call("grade", "toy", tmp_path / "class" / "bob", "-o", out)
    assert "1 of these grades were there before and stayed: ada" in result.stderr
    cleaned = call("grade", "toy", tmp_path / "class" / "bob", "-o", out, "--clean")
    assert "stayed" not in cleaned.stderr
    assert set(documents(out)) == {"bob", "feedback/bob"}


def test_one_test_alone(toy, hand_in, call, tmp_path):
    arguments = ("grade", "toy", hand_in(bob=WRONG), "-o", tmp_path / "out", "--test")
    result = call(*arguments, "test_two")
    assert re.search(r"bob +2/2  graded", result.output)
    with pytest.raises(UsageError, match='no test called "test_tow", did you mean "test_two"'):
        call(*arguments, "test_tow")


def test_a_grade_that_needs_review_leaves_with_1(course, toy, hand_in, call, tmp_path):
    hidden = course.root / "assignments" / "toy" / "tests" / "hidden" / "test_hidden.py"
    hidden.write_text(hidden.read_text().replace("rng.integers", "rng.no_such_method"))
    result = call("grade", "toy", hand_in(ada=RIGHT), "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert re.search(r"ada +2/10  needs review +8 points pending", result.output)
    assert "1 needs review" in result.output


def test_a_reference_reads_the_files_that_submissions_read(course, hand_in, start, tmp_path):
    course.assignment(
        """
        @pytest.mark.points(10)
        def test_sum(submission, reference):
            '''f adds up the rows.'''
            assert submission.f(1) == reference.f(1)
        """,
        reference=READING,
        files={"data/train.csv": "1,2\n3,4\n"},
        given=["data/train.csv"],
    )
    out = tmp_path / "out"
    folder = hand_in(ada=READING, bob=READING.replace("AT_IMPORT +", ""))
    arguments = ("grade", "toy", folder, "-o", out, "--course", course.root, "--trust")
    process = start(*arguments)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert re.search(r"ada +10/10  graded", output)
    assert re.search(r"bob +0/10  graded", output)


@pytest.mark.parametrize("where", ["class", "class/results", "."])
def test_results_and_submissions_are_kept_apart(toy, hand_in, call, tmp_path, where):
    folder = hand_in(ada=RIGHT)
    with pytest.raises(UsageError, match="would lie in one folder"):
        call("grade", "toy", folder, "-o", tmp_path / where)
    file = folder / "ada" / "toy.py"
    with pytest.raises(UsageError, match="would lie in one folder"):
        call("grade", "toy", file, "-o", file.parent)
    assert file.read_text() == RIGHT


def test_wrong_paths_are_named_before_anything_is_made(toy, hand_in, call, tmp_path):
    folder, out = hand_in(ada=RIGHT), tmp_path / "out"
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "submission_1.csv").write_text("")  # as Gradescope names them
    (tmp_path / "file").write_text("")
    for arguments, message in (
        ((tmp_path / "nobody", "-o", out), "nobody does not exist"),
        ((tmp_path / "empty", "-o", out), "there is nothing to grade"),
        ((folder, "-o", out, "--roster", tmp_path / "no.csv"), "roster cannot be read"),
        ((folder, "-o", out, "--roster", tmp_path / "file"), "roster is empty"),
        ((folder, "-o", tmp_path / "file"), "results cannot be written here"),
    ):
        with pytest.raises(UsageError, match=message):
            call("grade", "toy", *arguments)
    assert not out.exists()


def test_report_needs_results(call, tmp_path):
    with pytest.raises(UsageError, match="holds no grades"):
        call("report", tmp_path)
    with pytest.raises(UsageError, match="there is no such folder"):
        call("report", tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="this is a file"):
        call("report", tmp_path / "file")


ENDLESS = """
import itertools, subprocess
try:
    subprocess.Popen(["sleep", "{marker}"])
except OSError:
    pass
any(itertools.repeat(0))  # in C, where Python sees no signal
"""


@pytest.mark.parametrize("level", LEVELS)
def test_ctrl_c_ends_everything_and_the_command_shown_goes_on(
    level, toy, hand_in, start, tmp_path, record_property
):
    marker = f"{os.getpid()}.{ord(level)}"
    endless = ENDLESS.format(marker=marker)
    folder, out = hand_in(ada=RIGHT, bob=endless, cyd=endless), tmp_path / "out"
    arguments = ["grade", "toy", folder, "-o", out, "-j", 2, "--isolation", level, "--trust"]
    process = start(*arguments, "--force")
    family = wait_until_busy(process, out, level)
    number = signal.SIGTERM if level is Level.D else signal.SIGINT
    began = time.monotonic()
    for _ in range(3):  # of an impatient user
        process.send_signal(number)
        time.sleep(0.02)
    output, errors = process.communicate(timeout=60)
    record_property("end", (level.value, "Ctrl-C", time.monotonic() - began))
    assert process.returncode == 130
    assert re.search(r"ada +10/10  graded", output)
    assert "Interrupted: 1 of 3 submissions were graded, and their results are kept." in errors
    assert "Traceback" not in errors
    deadline = time.monotonic() + 30
    while left := [one for one in family if is_alive(one)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    assert not sleeping(marker)

    (shown,) = re.findall(r"To go on: (.*)", errors)
    assert shlex.split(shown) == ["grader", *map(str, arguments)]
    if level is LEVELS[0]:
        hand_in(bob=RIGHT, cyd=WRONG)
        process = start(*shlex.split(shown)[1:])
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert re.search(r"cyd +2/10", output)
        assert "1 unchanged, 2 graded" in errors


def test_two_commands_do_not_work_on_one_folder(toy, hand_in, call, start, tmp_path):
    folder, out = hand_in(ada=RIGHT, bob=ENDLESS.format(marker="0")), tmp_path / "out"
    process = start("grade", "toy", folder, "-o", out, "-j", 1, "--trust")
    wait_until_busy(process, out, LEVELS[0])
    with pytest.raises(UsageError, match="another process is grading into this folder") as told:
        call("grade", "toy", folder / "ada", "-o", out, "--trust")
    assert told.value.where == str(out)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    result = call("grade", "toy", folder / "ada", "-o", out, "--trust")
    assert "1 unchanged, 0 graded" in result.output


def wait_until_busy(process, out: Path, level: Level) -> list[psutil.Process]:
    """Wait until ada is graded and noted and a worker runs; return all processes of a command."""
    needed = 1 if level is Level.D else 2  # the others' zygote works as well
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        family = psutil.Process(process.pid).children(recursive=True)
        busy = [one for one in family if used(one) > 0.3 and "grader.worker" in command(one)]
        if (out / "ada.json").exists() and len(busy) >= needed:
            time.sleep(0.3)
            return psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.05)
    raise AssertionError("nothing began")


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def used(process: psutil.Process) -> float:
    """CPU seconds."""
    try:
        return process.cpu_times().user
    except psutil.Error:
        return 0


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def sleeping(marker: str) -> bool:
    return any(
        process.info["cmdline"] == ["sleep", marker] for process in psutil.process_iter(["cmdline"])
    )
