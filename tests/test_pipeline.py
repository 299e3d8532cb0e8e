"""One submission, from its cells to its grade, through a real worker where it matters."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader import __version__
from grader.batch.folder import FEEDBACK, ResultsFolder
from grader.errors import SandboxError, SpecError, UsageError
from grader.feedback import student_view
from grader.model import (
    CellStatus,
    Engine,
    Grade,
    GradeStatus,
    Notice,
    Status,
    Transcript,
    Verdict,
)
from grader.pipeline import Rules, collected_tests, grade_submission
from grader.report import render_grade

LIMITS = {"cell_seconds": 5, "call_seconds": 2, "total_seconds": 30}

TESTS = """
@pytest.mark.points(4)
@pytest.mark.hint("Multiply by two.")
def test_two(submission):
    \"""f(2) is 4.\"""
    assert submission.f(2) == 4

@pytest.mark.points(3)
@pytest.mark.depends_on("test_two")
@pytest.mark.parametrize("x", [3, -3])
def test_more(submission, reference, x):
    \"""f agrees with the reference.\"""
    credit(0.5, "it answers")
    assert submission.f(x) == reference.f(x)
"""
PUBLIC = """
@pytest.mark.points(3)
def test_one(submission):
    \"""f(1) is 2.\"""
    assert submission.f(1) == 2
"""
RIGHT = "def f(x):\n    return 2 * x"


def timeless(grade: Grade) -> dict[str, Any]:
    """Return a grade's document without what may differ between two runs: the durations."""
    document: dict[str, Any] = json.loads(grade.model_dump_json(exclude={"duration"}))
    for verdict in document["verdicts"]:
        del verdict["duration"]
    return document


def statuses(grade: Grade) -> dict[str, str]:
    return {verdict.id: str(verdict.status) for verdict in grade.verdicts}


def message(grade: Grade, name: str) -> str:
    return next(verdict.message for verdict in grade.verdicts if verdict.id == name)


def require_conserved(grade: Grade, points: int = 10) -> None:
    lost = sum(v.max_points - v.points for v in grade.verdicts if v.status is not Status.ERRORED)
    assert grade.score + lost + grade.pending == grade.max_score == points


@pytest.fixture
def toy(course: Any) -> Any:
    return course.assignment(TESTS, public=PUBLIC, reference=RIGHT, limits=LIMITS)


# --- a whole grade -------------------------------------------------------------------------------


def test_a_right_notebook_has_all_points_and_says_where_they_come_from(
    course: Any, toy: Any
) -> None:
    done: list[str] = []
    submission = course.notebook(
        "import numpy as np", RIGHT, "print(f(2))", notices=(Notice(code="bom", message="gone"),)
    )
    rules = Rules(secret="s3cret", round=2)
    graded = grade_submission(submission, toy, rules, on_test=done.append)
    grade = graded.grade
    assert statuses(grade) == {"test_one": "passed", "test_two": "passed", "test_more": "passed"}
    assert done == ["test_one", "test_two", "test_more", "test_more"]
    assert (grade.score, grade.max_score, grade.status) == (10, 10, GradeStatus.GRADED)
    assert (grade.student, grade.submission, grade.assignment) == ("ada", "ada.ipynb", "toy")
    assert [notice.code for notice in grade.warnings] == ["bom"]
    assert grade.duration > 0
    environment = grade.environment
    assert environment is not None
    assert (environment.grader, environment.engine) == (__version__, Engine.SHELL)
    assert re.fullmatch(r"3\.\d+\.\d+\S*", environment.python)
    assert environment.libraries["numpy"]
    assert environment.cpu
    assert environment.assignment_digest == toy.digest
    assert environment.submission_digest == submission.digest
    assert (len(environment.seed), environment.round) == (64, 2)
    assert "s3cret" not in grade.model_dump_json()
    transcript = graded.transcript
    assert transcript is not None
    assert [run.status for run in transcript.runs] == [CellStatus.OK] * 3
    assert transcript.runs[2].outputs[0]["text"] == "4\n"
    assert not graded.waited


def test_a_wrong_module_loses_points_with_a_reason(course: Any, toy: Any) -> None:
    graded = grade_submission(course.module("def f(x):\n    return 4"), toy)
    grade = graded.grade
    assert statuses(grade) == {"test_one": "failed", "test_two": "passed", "test_more": "partial"}
    assert (grade.score, grade.status) == (Decimal("5.5"), GradeStatus.GRADED)
    assert "[3] it answers\nassert 4 == 6" in message(grade, "test_more")
    assert graded.transcript is not None
    assert graded.transcript.kind == "module"
    require_conserved(grade)


def test_the_same_submission_gets_the_same_grade(course: Any) -> None:
    """Random numbers of the student, of the test and of the reference repeat, with their round."""
    tests = """
    @pytest.mark.points(10)
    def test_it(submission, reference, rng, seed):
        \"""It draws.\"""
        drawn = submission.f(0), reference.f(0), rng.random(), seed, np.random.rand()
        assert False, repr(drawn)
    """
    source = (
        "import random\nimport numpy as np\ndef f(x):\n"
        "    return random.random(), np.random.rand(), np.random.default_rng().random()"
    )
    assignment = course.assignment(tests, reference=source, limits=LIMITS)
    submission = course.notebook(source, "print(f(0), hash('x'), {'a', 'b'})")

    def grade(**rules: Any) -> Grade:
        return grade_submission(submission, assignment, Rules(**rules)).grade

    first = grade(secret="a")
    assert timeless(grade(secret="a")) == timeless(first)
    messages = {message(first, "test_it")}
    messages.add(message(grade(secret="b"), "test_it"))
    messages.add(message(grade(secret="a", round=1), "test_it"))
    assert len(messages) == 3


def test_only_what_is_asked_for_is_run(course: Any, toy: Any) -> None:
    submission = course.module(RIGHT)
    public = grade_submission(submission, toy, Rules(hidden=False)).grade
    assert (statuses(public), public.max_score) == ({"test_one": "passed"}, 3)
    one = grade_submission(submission, toy, Rules(only=("test_more",))).grade
    assert (statuses(one), one.max_score) == ({"test_more": "passed"}, 3)
    assert [test.id for test in collected_tests(toy, Rules(only=("test_two",)))] == ["test_two"]
    with pytest.raises(UsageError, match='toy has no test called "test_tow"'):
        collected_tests(toy, Rules(only=("test_tow",)))


# --- every way to die ----------------------------------------------------------------------------

DEATHS: dict[str, tuple[list[str], str, str]] = {
    # what: (cells, the status of test_two, part of its message)
    "nothing defined": ([""], "failed", "'f' is not defined by the submission"),
    "no cell at all": ([], "failed", "'f' is not defined by the submission"),
    "another name": (["def F(x): return 2 * x"], "failed", "'f' is not defined"),
    "a syntax error": (["def f(x) return 2 * x"], "failed", "This cell failed, which may be"),
    "an exception in a cell": (["1 / 0\n" + RIGHT], "failed", "ZeroDivisionError"),
    "exit in a cell": ([RIGHT, "exit()"], "passed", ""),
    "the process ends in a cell": ([RIGHT, "import os; os._exit(3)"], "passed", ""),
    "the process ends in a call": (
        ["import os\ndef f(x):\n    os._exit(3)"],
        "crashed",
        "ended itself with exit code 3",
    ),
    "killed in a call": (
        ["import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGKILL)"],
        "crashed",
        "SIGKILL",
    ),
    "an endless loop": (
        ["def f(x):\n    while True: pass"],
        "timeout",
        "f() was stopped after 0.5 seconds of computing",
    ),
    "no answer that can be read": (
        [
            "class Odd(list):\n    def __iter__(self): raise RuntimeError('no')",
            "def f(x): return Odd([1])",
        ],
        "failed",
        "RuntimeError: no",
    ),
    "not a function": (["f = 3"], "failed", "TypeError: 'int' object is not callable"),
    "a broken str": (
        [
            "class Bad(Exception):\n    def __str__(self): raise SystemExit\n"
            "def f(x): raise Bad('x')"
        ],
        "failed",
        "Bad",
    ),
    "half of a surrogate pair": (["def f(x): raise ValueError('\\ud800')"], "failed", "ValueError"),
}


@pytest.mark.parametrize("what", DEATHS)
def test_points_are_conserved_however_a_submission_dies(course: Any, what: str) -> None:
    cells, status, text = DEATHS[what]
    limits = LIMITS | {"call_seconds": 0.5}
    assignment = course.assignment(TESTS, public=PUBLIC, reference=RIGHT, limits=limits)
    graded = grade_submission(course.notebook(*cells), assignment)
    assert len(graded.grade.verdicts) == 3
    assert statuses(graded.grade)["test_two"] == status, message(graded.grade, "test_two")
    assert text in message(graded.grade, "test_two")
    assert graded.grade.status is GradeStatus.GRADED
    assert graded.grade.score == (10 if status == "passed" else 0)
    require_conserved(graded.grade)
    assert Grade.model_validate_json(graded.grade.model_dump_json())


def test_a_process_that_ends_between_cells_and_tests_is_a_crash(course: Any, toy: Any) -> None:
    """It dies when no cell and no call can be blamed, and again whenever it is replaced."""
    treason = """
    import os, sys
    server = sys.modules["grader.worker.server"].WorkerServer
    reply = server._reply
    def answer(self, request, header):
        if request.header["op"] == "serve":
            os._exit(5)
        reply(self, request, header)
    server._reply = answer
    def f(x): return 2 * x
    """
    graded = grade_submission(course.notebook(treason), toy)
    assert statuses(graded.grade) == {
        "test_one": "crashed",
        "test_two": "crashed",
        "test_more": "skipped",
    }
    assert graded.transcript is not None
    assert [run.status for run in graded.transcript.runs] == [CellStatus.OK]
    require_conserved(graded.grade)


def test_one_test_that_dies_does_not_take_the_others_along(course: Any) -> None:
    tests = """
    @pytest.mark.points(2)
    def test_first(submission, rng):
        \"""First.\"""
        assert submission.f(rng.random()) == 1, submission.draw(0)

    @pytest.mark.points(2)
    def test_crash(submission):
        \"""Crash.\"""
        credit(0.5, "it got there")
        submission.f("crash")

    @pytest.mark.points(2)
    def test_timeout(submission):
        \"""Timeout.\"""
        submission.f("loop")

    @pytest.mark.points(2)
    def test_last(submission):
        \"""Last.\"""
        assert False, submission.draw(0)

    @pytest.mark.points(2)
    @pytest.mark.depends_on("test_timeout")
    def test_needy(submission):
        \"""Needy.\"""
    """
    source = """
    import os, random
    import numpy as np
    def f(x):
        if x == "crash": os._exit(1)
        while x == "loop": pass
        return 1
    def draw(x):
        return f"{random.random()} {np.random.rand()} {np.random.default_rng().random()}"
    """
    assignment = course.assignment(
        tests, interface=("f", "draw"), limits=LIMITS | {"call_seconds": 0.3}
    )
    submission = course.notebook(source)

    def verdicts(**rules: Any) -> dict[str, Verdict]:
        grade = grade_submission(submission, assignment, Rules(**rules)).grade
        return {v.id: v.model_copy(update={"duration": 0.0}) for v in grade.verdicts}

    forwards = verdicts()
    assert {name: str(verdict.status) for name, verdict in forwards.items()} == {
        "test_first": "passed",
        "test_crash": "partial",
        "test_timeout": "timeout",
        "test_last": "failed",
        "test_needy": "skipped",
    }
    assert forwards["test_crash"].points == 1
    assert verdicts(backwards=True) == forwards
    assert verdicts(only=("test_last",)) == {"test_last": forwards["test_last"]}


def test_waiting_too_long_is_told_apart_from_computing_too_long(course: Any) -> None:
    limits = LIMITS | {"call_seconds": 0.4, "wall_factor": 1}
    assignment = course.assignment(TESTS, public=PUBLIC, reference=RIGHT, limits=limits)
    sleeping = course.notebook("import time\ndef f(x):\n    time.sleep(60)")
    graded = grade_submission(sleeping, assignment, Rules(only=("test_two",)))
    assert statuses(graded.grade) == {"test_two": "timeout"}
    assert graded.waited


def test_noise_changes_nothing(course: Any, toy: Any) -> None:
    noisy = """
    import logging, os, sys, warnings
    warnings.warn("careful")
    logging.warning("careful")
    def f(x):
        print("x is", x)
        print("x is", x, file=sys.stderr)
        warnings.warn("careful")
        os.write(1, b"raw")
        os.write(2, b"raw")
        return 2 * x
    sys.stderr.write("careful")
    """
    graded = grade_submission(course.notebook(noisy), toy)
    assert set(statuses(graded.grade).values()) == {"passed"}
    assert graded.grade.warnings == ()


# --- what cannot be graded -----------------------------------------------------------------------


def test_what_cannot_be_read_is_graded_without_being_run(course: Any, toy: Any) -> None:
    submission = course.notebook("raise SystemExit", problem="the file is empty")
    graded = grade_submission(submission, toy)
    assert (graded.grade.status, graded.grade.problem) == (
        GradeStatus.UNREADABLE,
        "the file is empty",
    )
    assert set(statuses(graded.grade).values()) == {"skipped"}
    assert graded.transcript is None
    assert graded.grade.environment is not None
    require_conserved(graded.grade)


class BrokenHost:
    """A sandbox that cannot make a worker ready, now or later."""

    versions: dict[str, str] = {}  # noqa: RUF012 - the real one has it too
    waited_too_long = False
    closed = 0

    def __init__(self, *args: object, **options: object) -> None:
        """Take what the real one takes."""

    def run(self) -> Transcript:
        """Fail."""
        raise SandboxError("no worker could be made ready", remedy="Run `grader doctor`.")

    def close(self) -> None:
        """Count."""
        type(self).closed += 1


def test_a_sandbox_that_fails_costs_nobody_points(
    course: Any, toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.pipeline.Host", BrokenHost)
    grade = grade_submission(course.notebook(RIGHT), toy).grade
    assert set(statuses(grade).values()) == {"errored"}
    assert (grade.score, grade.pending, grade.status) == (0, 10, GradeStatus.NEEDS_REVIEW)
    assert message(grade, "test_one").startswith("no worker could be made ready\nRun `grader")
    assert BrokenHost.closed == 1
    require_conserved(grade)


def test_tests_that_cannot_be_collected_stop_the_round(course: Any) -> None:
    assignment = course.assignment("1 / 0")
    with pytest.raises(SpecError, match="ZeroDivisionError"):
        grade_submission(course.notebook(RIGHT), assignment)
    with pytest.raises(SpecError, match="ZeroDivisionError"):
        grade_submission(course.notebook(RIGHT, problem="empty"), assignment)


@pytest.mark.parametrize("reference", ["1 / 0", "raise SystemExit(2)", "def f(x) return"])
def test_a_broken_reference_is_nobodys_loss(course: Any, reference: str) -> None:
    assignment = course.assignment(TESTS, public=PUBLIC, reference=reference, limits=LIMITS)
    grade = grade_submission(course.module(RIGHT), assignment).grade
    assert statuses(grade) == {"test_one": "passed", "test_two": "passed", "test_more": "errored"}
    assert "the reference solution cannot be imported" in message(grade, "test_more")
    assert (grade.score, grade.pending, grade.status) == (7, 3, GradeStatus.NEEDS_REVIEW)
    require_conserved(grade)


# --- what students are told ----------------------------------------------------------------------


def test_a_missing_name_is_explained_by_the_cell_that_failed(course: Any, toy: Any) -> None:
    graded = grade_submission(course.notebook("import numpi as np\n" + RIGHT, "y = 1"), toy)
    assert message(graded.grade, "test_one") == (
        "'f' is not defined by the submission\n"
        "This cell failed, which may be the reason: code cell 1, line 1: "
        "ModuleNotFoundError: No module named 'numpi'"
    )
    graded = grade_submission(course.module("import numpi as np\n" + RIGHT), toy)
    assert "The module failed, which may be the reason: toy.py, line 1" in (
        message(graded.grade, "test_one")
    )


def test_a_failed_cell_is_no_reason_where_nothing_is_missing(course: Any, toy: Any) -> None:
    graded = grade_submission(course.notebook("def f(x): return 0", "1 / 0"), toy)
    assert "ZeroDivisionError" not in message(graded.grade, "test_one")


def test_imports_that_are_not_allowed_are_noted_and_refused(course: Any) -> None:
    assignment = course.assignment(
        TESTS, public=PUBLIC, reference=RIGHT, limits=LIMITS, allowed_imports=["numpy"]
    )
    late = "def f(x):\n    import pandas\n    return 2 * x"
    grade = grade_submission(course.notebook("x = 1", late), assignment).grade
    assert [(notice.code, notice.where) for notice in grade.warnings] == [
        ("import", "code cell 2, line 2")
    ]
    assert set(statuses(grade).values()) == {"failed", "skipped"}
    assert "pandas" in message(grade, "test_two")


SECRETS = '''
import numpy as np

FILE_SECRET = "canary-global"

@pytest.mark.points(1)
@pytest.mark.hint("The open hint.")
def test_canary_name_one(submission, reference):
    """The open title.

    canary-docstring
    """
    assert submission.f("canary-argument") == reference.f("canary-argument"), "canary-message"

@pytest.mark.points(1)
def test_canary_name_two(submission):
    """The second title."""
    credit(0.5, "canary-credit")
    {"canary-exception": 1}[submission.f("canary-exception")]

@pytest.mark.points(1)
@pytest.mark.depends_on("test_canary_name_one")
def test_canary_name_three(submission):
    """The third title."""

@pytest.mark.points(1)
@pytest.mark.parametrize("x", ["canary-case"])
def test_canary_name_four(submission, x):
    """The fourth title."""
    submission.raises(x)

@pytest.mark.points(1)
def test_canary_name_five(submission):
    """The fifth title."""
    submission.undeclared("canary-error")

@pytest.mark.points(1)
def test_canary_name_six(submission):
    """The sixth title."""
    submission.ends("canary-ending")

@pytest.mark.points(2)
@pytest.mark.reveal
def test_canary_name_seven(submission):
    """The seventh title."""
    assert submission.f(1) == 2, "this much is revealed"

@pytest.mark.points(2)
@pytest.mark.visibility("after_due")
def test_canary_name_eight(submission):
    """The eighth title."""
    assert submission.f(1) == 2, "canary-later"
'''
LEAKY = """
import os, sys
def f(x):
    print("called with", x)
    sys.stderr.write(str(x))
    os.write(1, str(x).encode())
    return None
def raises(x): raise ValueError(x)
def ends(x):
    print(x, flush=True)
    os._exit(1)
"""


def test_no_canary_of_a_hidden_test_reaches_a_student(course: Any, tmp_path: Path) -> None:
    """Whatever is written for students is searched: pages, documents and executed notebooks."""
    assignment = course.assignment(
        SECRETS,
        public="@pytest.mark.points(0)\ndef test_open(submission):\n    '''Open.'''\n"
        "    assert submission.f(0) == 0, 'shown'\n",
        reference="def f(x): return x\ndef raises(x): pass\ndef ends(x): pass\n",
        interface=("f", "raises", "ends"),
        limits=LIMITS,
    )
    graded = grade_submission(
        course.notebook(LEAKY, "f('own')"), assignment, Rules(secret="canary-secret")
    )
    whole = graded.grade.model_dump_json()
    for known in ("message", "credit", "case", "later", "name_one"):
        assert f"canary{'_' if 'name' in known else '-'}{known}" in whole
    assert graded.grade.environment is not None
    seed = graded.grade.environment.seed
    view = student_view(graded.grade)
    page = render_grade(view, graded.transcript, audience="student")
    ResultsFolder(tmp_path / "out").write("ada", graded.grade, graded.transcript)
    written = [path.read_text() for path in (tmp_path / "out" / FEEDBACK).rglob("*.*")]
    notebook = (tmp_path / "out" / "ada.ipynb").read_text()
    assert len(written) >= 2
    for text in (view.model_dump_json(), page, notebook, *written):
        assert not re.search(r"canary", text, re.IGNORECASE)
        assert seed not in text
        assert "test_hidden" not in text
    for text in (view.model_dump_json(), page):
        for shown in ("The open title.", "The open hint.", "this much is revealed", "shown"):
            assert shown in text
    later = student_view(graded.grade, after_due=True).model_dump_json()
    assert "canary-later" in later
    assert "canary-message" not in later


def test_two_courses_can_be_graded_in_one_process(course: Any) -> None:
    """Their test files and references have the same names and global variables."""
    tests = """
    SEEN = []

    @pytest.mark.points(10)
    def test_it(submission, reference):
        \"""It.\"""
        SEEN.append(1)
        assert SEEN == [1]
        assert submission.f(1) == reference.f(1)
    """
    grades = {}
    for factor in (2, 3, 2):
        assignment = course.assignment(
            tests,
            id=f"times{factor}",
            reference=f"FACTOR = {factor}\ndef f(x): return FACTOR * x",
            limits=LIMITS,
        )
        for answer in (2, 3):
            source = course.module(f"def f(x): return {answer}")
            grade = grade_submission(source, assignment).grade
            assert grade.score == (10 if answer == factor else 0)
            grades[factor, answer] = grade.assignment
    assert set(grades.values()) == {"times2", "times3"}


def test_a_submission_finds_the_assignments_files_and_nothing_else_of_it(course: Any) -> None:
    assignment = course.assignment(
        """
        @pytest.mark.points(10)
        def test_it(submission):
            \"""It.\"""
            assert submission.f(0) == ["data", "data/table.csv", "own.txt", "toy.py"]
            assert submission.f(1) == "1,2,3"
        """,
        files={"data/table.csv": "1,2,3", "data/unnamed.csv": "4"},
        given=["data/table.csv"],
        limits=LIMITS,
    )
    source = """
    from pathlib import Path

    def f(x):
        here = sorted(p for p in Path(".").rglob("*") if not str(p).startswith("."))
        return Path("data/table.csv").read_text() if x else [str(p) for p in here]
    """
    submission = course.module(source)
    own = {"data/table.csv": b"changed by the student", "own.txt": b""}
    submission = submission.model_copy(update={"files": {**submission.files, **own}})
    assert grade_submission(submission, assignment).grade.score == 10


READING = """
import os
import numpy as np

AT_IMPORT = np.loadtxt("data/train.csv", delimiter=",")

def f(x):
    return float((AT_IMPORT * np.loadtxt("data/train.csv", delimiter=",")).sum()) + x

def g(x):
    os.chdir("/")
    raise ValueError(x)
"""


def test_a_reference_finds_the_files_where_submissions_do(
    course: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = course.assignment(
        """
        @pytest.mark.points(10)
        def test_it(submission, reference):
            \"""It.\"""
            for _ in range(2):
                assert_raises("ValueError", reference.g, 1)
                assert submission.f(1) == reference.f(1) == 15
        """,
        interface=("f", "g"),
        files={"data/train.csv": "1,2,3\n"},
        given=["data/train.csv"],
        reference=READING,
        limits=LIMITS,
    )
    monkeypatch.chdir(tmp_path)
    grade = grade_submission(course.module(READING), assignment).grade
    assert [verdict.message for verdict in grade.verdicts] == [""]
    assert grade.score == 10
    assert Path.cwd() == tmp_path


def test_a_reference_that_breaks_leaves_the_working_folder_alone(
    course: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "import os\nos.chdir('/')\nopen('data/train.csv')"
    assignment = course.assignment(TESTS, public=PUBLIC, reference=broken, limits=LIMITS)
    monkeypatch.chdir(tmp_path)
    grade = grade_submission(course.module(RIGHT), assignment).grade
    assert "cannot be imported: FileNotFoundError" in message(grade, "test_more")
    assert Path.cwd() == tmp_path
