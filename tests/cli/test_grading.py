from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import jsonschema
import psutil
import pytest

from grader.errors import UsageError

from .conftest import RIGHT, WRONG

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


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_results_and_no_process(toy, hand_in, start, tmp_path, signal_number):
    marker = f"{os.getpid()}.{int(signal_number)}"
    endless = f"import subprocess\nsubprocess.Popen(['sleep', '{marker}'])\nwhile True:\n    pass\n"
    folder = hand_in(ada=RIGHT, bob=endless, cyd=endless)
    out = tmp_path / "out"
    # At level D, where submissions can start processes that have to be found again.
    process = start("grade", "toy", folder, "-o", out, "-j", 2, "--isolation", "D", "--trust")
    deadline = time.monotonic() + 60
    while not ((out / "ada.json").exists() and sleeping(marker)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.3)  # until the batch has noted that ada is finished
    process.send_signal(signal_number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert re.search(r"ada +10/10  graded", output)
    assert "Interrupted: 1 of 3 submissions were graded, and their results are kept." in errors
    assert "Traceback" not in errors
    assert not sleeping(marker)


def sleeping(marker: str) -> bool:
    return any(
        process.info["cmdline"] == ["sleep", marker] for process in psutil.process_iter(["cmdline"])
    )
