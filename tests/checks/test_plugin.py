"""What became of a test, and whose fault it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from grader.errors import SpecError
from grader.model import Assignment, Status, Verdict
from grader.wire import Frame

RIGHT = "def f(x): return 2 * x"

Verdicts = Callable[..., dict[str, Verdict]]


@pytest.fixture
def judge(course: Any) -> Callable[..., Verdict]:
    """Run one hidden test of 10 points, given as its body, against a source."""

    def judge(
        body: str,
        source: str,
        *,
        reference: str | None = RIGHT,
        arguments: str = "submission",
        interface: Any = ("f",),
        **options: Any,
    ) -> Verdict:
        lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
        assignment = course.assignment(
            f'@pytest.mark.points(10)\ndef test_it({arguments}):\n    """It works."""\n{lines}\n',
            reference=reference,
            interface=interface,
        )
        verdict: Verdict = course.verdicts(assignment, source, **options)["test_it"]
        return verdict

    return judge


# --- whose fault ---------------------------------------------------------------------------------


def test_a_right_answer_passes_with_all_points(judge: Callable[..., Verdict]) -> None:
    verdict = judge("assert submission.f(2) == 4", RIGHT)
    assert (verdict.status, verdict.points, verdict.message) == (Status.PASSED, 10, "")


BLAME: dict[str, tuple[str, str, str, str]] = {
    # what: (body of the test, the student's f, status, part of the message)
    "assertion": ("assert submission.f(2) == 4, 'f(2) is wrong'", "x", "failed", "f(2) is wrong"),
    "bare assertion": ("assert submission.f(2) == 4", "x", "failed", "2 == 4"),
    "assertion without words": (
        "if submission.f(2) != 4: raise AssertionError",
        "x",
        "failed",
        "the check failed",
    ),
    "pytest.fail": (
        "if submission.f(2) != 4: pytest.fail('not doubled')",
        "x",
        "failed",
        "not doubled",
    ),
    "the student's exception": (
        "submission.f(2)",
        "x / 0",
        "failed",
        "student.py, line 1: ZeroDivisionError: division by zero",
    ),
    "the student's assertion": (
        "submission.f(2)",
        "exec('assert False, 1')",
        "failed",
        "AssertionError: 1",
    ),
    "the student's SystemExit": (
        "submission.f(2)",
        "exec('raise SystemExit(3)')",
        "failed",
        "SystemExit: 3",
    ),
    "the student's KeyboardInterrupt": (
        "submission.f(2)",
        "exec('raise KeyboardInterrupt')",
        "failed",
        "KeyboardInterrupt",
    ),
    "None instead of a number": (
        "submission.f(2) + 1",
        "None",
        "failed",
        "f() returned None, expected int",
    ),
    "None instead of a dict": (
        "submission.f({'a': 1})['a']",
        "None",
        "failed",
        "f() returned None, expected dict of 1",
    ),
    "a key is missing": (
        "submission.f({'a': 1})['a']",
        "{'b': 1}",
        "failed",
        "could not work with what your code returned (KeyError: 'a')",
    ),
    "an array instead of a number": (
        "assert submission.f(2) > 0",
        "__import__('numpy').ones(3)",
        "failed",
        "f() returned float array of shape (3,), expected int",
    ),
    "the test itself exits": (
        "import sys\nif submission.f(2) != 4: sys.exit(1)",
        "x",
        "failed",
        "SystemExit",
    ),
    "TypeError of the test": (
        "submission.f(2)\nNone + 1",
        "2 * x",
        "errored",
        "the test fails on the reference solution too (TypeError",
    ),
    "TypeError of the test, wrong answer": (
        "submission.f(2)\nNone + 1",
        "None",
        "errored",
        "the test fails on the reference solution too",
    ),
    "SystemExit of the test": (
        "raise SystemExit(1)",
        "2 * x",
        "errored",
        "the test fails on the reference solution too (SystemExit",
    ),
    "pytest.fail of the test": (
        "pytest.fail('always')",
        "2 * x",
        "errored",
        "the test fails on the reference solution too",
    ),
    "the test skips": (
        "pytest.skip('no torch')",
        "2 * x",
        "errored",
        "the test skipped itself: no torch",
    ),
    "a value that cannot be sent": (
        "submission.f(lambda: 1)",
        "2 * x",
        "errored",
        "cannot be sent to the worker",
    ),
    "not in the interface": (
        "submission.g(1)",
        "2 * x",
        "errored",
        "'g' is not in the interface of toy",
    ),
    "a wrong credit": ("credit(2, 'too much')", "2 * x", "errored", "the fraction must be above 0"),
    "a crash": (
        "submission.f(2)",
        "exec('raise Crash')",
        "crashed",
        "ended itself with exit code 1",
    ),
    "a deadline": ("submission.f(2)", "exec('raise Timeout')", "timeout", "f() was stopped"),
    "waiting": ("submission.f(2)", "exec('raise Wall')", "timeout", "f() was stopped"),
    "the whole allowance": ("submission.f(2)", "exec('raise Total')", "timeout", "f() was stopped"),
    "no worker": (
        "submission.f(2)",
        "exec('raise Broken')",
        "errored",
        "no worker could be made ready",
    ),
}


@pytest.mark.parametrize("what", BLAME)
def test_the_fault_is_found(judge: Callable[..., Verdict], what: str) -> None:
    body, answer, status, message = BLAME[what]
    source = f"def f(x): return {answer}"
    for name in ("Crash", "Timeout", "Wall", "Total", "Broken"):  # exec() sees f's names only
        source = source.replace(f"'raise {name}'", f"'raise {name}', globals()")
    verdict = judge(body, source, reference="def f(x): return 2 * x if isinstance(x, int) else x")
    assert (verdict.status, message in verdict.message) == (Status(status), True), verdict.message
    assert verdict.points == (10 if status == "passed" else 0)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ("submission.f(2) + 1", "failed", "(TypeError: unsupported operand"),
        ("assert submission.f(2) == 4", "failed", "assert None == 4"),
        ("submission.g(2)", "errored", "'g' is not in the interface"),
    ],
)
def test_without_a_reference_only_the_test_itself_is_blamed_for_what_it_asks(
    judge: Callable[..., Verdict], body: str, status: str, message: str
) -> None:
    verdict = judge(body, "def f(x): return None", reference=None)
    assert verdict.status is Status(status)
    assert message in verdict.message


def test_a_name_that_is_missing_costs_the_student(judge: Callable[..., Verdict]) -> None:
    verdict = judge("submission.f(2)", "def g(x): return 2 * x")
    assert (verdict.status, verdict.message) == (
        Status.FAILED,
        "'f' is not defined by the submission",
    )


def test_the_references_own_failure_is_told_where_the_two_differ(
    judge: Callable[..., Verdict],
) -> None:
    """It is what the author of the test can see and mend."""
    verdict = judge(
        "submission.f({})['a']", "def f(x): return None", reference="def f(x): return x"
    )
    assert verdict.status is Status.ERRORED
    assert verdict.message == "the test fails on the reference solution too (KeyError: 'a')"


def test_a_name_that_the_reference_misses_too_does_not(judge: Callable[..., Verdict]) -> None:
    verdict = judge("submission.f(2)", "", reference="")
    assert verdict.status is Status.ERRORED


def test_an_object_of_the_wrong_class_is_the_students_fault(judge: Callable[..., Verdict]) -> None:
    """Asking a dict's keys of a Model is an error of the interface only where f is right."""
    source = "class Model: ...\ndef f(x): return {result}"
    interface = {"f": {"signature": "(x)"}, "Model": {"kind": "class", "signature": "()"}}
    verdict = judge(
        "assert list(submission.f(2).keys()) == ['a']",
        source.format(result="Model()"),
        reference=source.format(result="{'a': x}"),
        interface=interface,
    )
    assert verdict.status is Status.FAILED
    assert verdict.message == "f() returned Model object, expected dict of 1"


def test_the_last_answer_of_another_kind_is_the_one_named(judge: Callable[..., Verdict]) -> None:
    body = "a, b = submission.f(1), submission.f(2)\nassert a > 0 and b > 0 and len(str(a + b))"
    verdict = judge(body, "def f(x): return None if x == 2 else float(x)")
    assert verdict.message == "f() returned None, expected int"


def test_a_reference_that_cannot_be_made_is_the_courses_fault(
    judge: Callable[..., Verdict],
) -> None:
    def make_reference() -> Any:
        raise SpecError("the reference solution cannot be imported: OSError: no data")

    verdict = judge("submission.f(2)", "def f(x): return 1 / 0", make_reference=make_reference)
    assert verdict.status is Status.ERRORED
    assert verdict.message == "the reference solution cannot be imported: OSError: no data"


def test_a_fixture_of_the_wrong_scope_is_the_courses_fault(course: Any) -> None:
    """pytest reports it as a failure, like pytest.fail() in a test."""
    assignment = course.assignment(
        """
        @pytest.fixture(scope="module")
        def answer(submission):
            return submission.f(2)

        @pytest.mark.points(10)
        def test_it(answer):
            \"""It works.\"""
        """,
        reference=RIGHT,
    )
    verdict = course.verdicts(assignment, "def f(x): return None")["test_it"]
    assert verdict.status is Status.ERRORED
    assert "ScopeMismatch" in verdict.message


def test_fixtures_are_judged_like_tests_before_and_after(course: Any) -> None:
    assignment = course.assignment(
        """
        @pytest.fixture
        def before(submission):
            assert submission.f(1) == 2, "wrong before"

        @pytest.fixture
        def after(submission):
            yield
            assert submission.f(2) == 4, "wrong after"

        @pytest.mark.points(4)
        def test_before(before):
            \"""Before.\"""

        @pytest.mark.points(6)
        def test_after(after):
            \"""After.\"""
        """,
        reference=RIGHT,
    )
    verdicts = course.verdicts(assignment, "def f(x): return x")
    assert [v.message.partition("\n")[0] for v in verdicts.values()] == [
        "wrong before",
        "wrong after",
    ]
    assert {v.status for v in verdicts.values()} == {Status.FAILED}
    assert {v.status for v in course.verdicts(assignment, RIGHT).values()} == {Status.PASSED}


def test_the_first_exception_is_told_where_the_clean_up_fails_too(course: Any) -> None:
    assignment = course.assignment(
        """
        @pytest.fixture
        def model(submission):
            yield submission
            assert False, "the clean-up failed"

        @pytest.mark.points(10)
        def test_it(model):
            \"""It works.\"""
            assert model.f(2) == 4, "the test failed"
        """,
    )
    message = course.verdicts(assignment, "def f(x): return x")["test_it"].message
    assert message.startswith("the test failed")


def test_messages_are_cut_and_can_be_written_as_json(judge: Callable[..., Verdict]) -> None:
    verdict = judge("assert False, '\\ud800' + 'x' * 9000", RIGHT)
    assert len(verdict.message) == 4000
    assert "?xxx" in verdict.model_dump_json()


def test_messages_name_the_sides_and_no_addresses(judge: Callable[..., Verdict]) -> None:
    verdict = judge(
        "assert submission.f(2) == reference.f(2)",
        "def f(x): return x",
        arguments="submission, reference",
    )
    assert "2 = submission.f(2)" in verdict.message
    assert "4 = reference.f(2)" in verdict.message
    assert " at 0x" not in verdict.message


def test_an_authors_message_stands_alone(judge: Callable[..., Verdict]) -> None:
    """What pytest adds to an assertion, the source of a hidden test, is not repeated."""
    verdict = judge("assert submission.f(2) == 4, 'f(2) is 4'", "def f(x): return 0")
    assert verdict.message == "f(2) is 4"


# --- credit --------------------------------------------------------------------------------------


CREDIT: dict[str, tuple[str, str, float, str]] = {
    # what: (statements after credit(0.25), status, points, message)
    "assertion": ("assert False, 'then wrong'", "partial", 2.5, "a quarter\nthen wrong"),
    "the highest": (
        "credit(0.5, 'half')\ncredit(0.3, 'less')\nassert False, 'then wrong'",
        "partial",
        5,
        "half\nthen wrong",
    ),
    "exception": ("submission.f('zero')", "partial", 2.5, "a quarter\nstudent.py"),
    "crash": ("submission.f('crash')", "partial", 2.5, "a quarter\nthe submission's process"),
    "deadline": ("submission.f('timeout')", "partial", 2.5, "a quarter\nf() was stopped"),
    "the test's fault": ("None + 1", "errored", 0, "reference solution too"),
    "no worker": ("submission.f('broken')", "errored", 0, "no worker"),
    "everything": ("credit(1, 'all')\nassert False", "partial", 10, "all\n"),
    "passes": ("", "passed", 10, ""),
}


@pytest.mark.parametrize("what", CREDIT)
def test_credit_is_kept_whatever_happens_next(judge: Callable[..., Verdict], what: str) -> None:
    statements, status, points, message = CREDIT[what]
    source = """
    def f(x):
        if x == "zero": return 1 / 0
        if x == "crash": raise Crash
        if x == "timeout": raise Timeout
        if x == "broken": raise Broken
        return 2 * x
    """
    verdict = judge(f"credit(0.25, 'a quarter')\n{statements}", source)
    assert (verdict.status, verdict.points) == (Status(status), Decimal(str(points)))
    assert message in verdict.message
    assert verdict.max_points == 10


def test_the_replay_on_the_reference_grants_nothing(judge: Callable[..., Verdict]) -> None:
    body = "value = submission.f(2)\nvalue + 1\ncredit(0.5, 'got there')\nassert False"
    verdict = judge(body, "def f(x): return None")
    assert verdict.points == 0
    assert "got there" not in verdict.message


# --- prerequisites -------------------------------------------------------------------------------

CHAIN = """
@pytest.mark.points(1)
@pytest.mark.depends_on("test_second")
def test_third(submission):
    \"""Third.\"""
    assert submission.f(3) == 6

@pytest.mark.points(4)
@pytest.mark.depends_on("test_first")
def test_second(submission):
    \"""Second.\"""
    assert submission.f(2) == 4

@pytest.mark.points(5)
def test_first(submission):
    \"""First.\"""
    {body}
"""


def chain(course: Any, body: str) -> Assignment:
    assignment: Assignment = course.assignment(CHAIN.format(body=body), reference=RIGHT)
    return assignment


ORDERS: list[Mapping[str, Any]] = [{}, {"backwards": True}]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("body", "second", "third"),
    [
        ("assert True", "passed", "passed"),
        ("assert False", "skipped", "skipped"),
        ("submission.f('x', 1)", "passed", "passed"),  # errored: it costs nobody anything
        ("credit(0.5, 'half'); assert False", "passed", "passed"),
    ],
)
def test_a_test_is_skipped_where_its_prerequisite_earned_nothing(
    course: Any, body: str, second: str, third: str, order: Mapping[str, Any]
) -> None:
    verdicts = course.verdicts(chain(course, body), RIGHT, **order)
    assert list(verdicts) == ["test_third", "test_second", "test_first"]  # in file order
    assert verdicts["test_second"].status is Status(second)
    assert verdicts["test_third"].status is Status(third)
    if second == "skipped":
        assert verdicts["test_second"].message == "skipped, because “First.” has to work first"
        assert verdicts["test_third"].message == "skipped, because “Second.” has to work first"
        assert verdicts["test_second"].points == 0


def test_prerequisites_are_run_with_the_tests_that_are_chosen(course: Any) -> None:
    done: list[str] = []
    assignment = chain(course, "assert False")
    verdicts = course.verdicts(assignment, RIGHT, only=["test_third"], on_test=done.append)
    assert done == ["test_first", "test_second", "test_third"]
    assert list(verdicts) == ["test_third"]
    assert verdicts["test_third"].status is Status.SKIPPED


def test_one_case_that_works_is_enough_for_what_depends_on_it(course: Any) -> None:
    assignment = course.assignment(
        """
        @pytest.mark.points(6)
        @pytest.mark.parametrize("x", [1, 2, 3])
        def test_cases(submission, x):
            \"""Cases.\"""
            assert submission.f(x) == 2 * x

        @pytest.mark.points(4)
        @pytest.mark.depends_on("test_cases")
        def test_next(submission):
            \"""Next.\"""
        """,
    )
    one = course.verdicts(assignment, "def f(x): return 2")
    assert (one["test_cases"].points, one["test_next"].status) == (2, Status.PASSED)
    none = course.verdicts(assignment, "def f(x): return 0")
    assert none["test_next"].status is Status.SKIPPED


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_skipped_at_the_end_of_a_file_does_not_disturb_the_next_file(
    course: Any, order: Mapping[str, Any]
) -> None:
    source = """
        @pytest.mark.points(1)
        @pytest.mark.depends_on("test_{0}_wrong")
        def test_{0}_first(submission):
            \"""Skipped in both orders, the last of its file in one of them.\"""

        @pytest.mark.points(2)
        def test_{0}_right(submission):
            \"""Right.\"""
            assert submission.f({1}) == 2 * {1}

        @pytest.mark.points(1)
        def test_{0}_wrong(submission):
            \"""Wrong.\"""
            assert submission.f({1}) == 0

        @pytest.mark.points(1)
        @pytest.mark.depends_on("test_{0}_wrong")
        def test_{0}_last(submission):
            \"""Skipped likewise.\"""
        """
    assignment = course.assignment(source.format("a", 1), public=source.format("b", 2))
    verdicts = course.verdicts(assignment, RIGHT, **order)
    for name in ("a", "b"):
        assert verdicts[f"test_{name}_first"].status is Status.SKIPPED
        assert verdicts[f"test_{name}_last"].status is Status.SKIPPED
        assert verdicts[f"test_{name}_right"].status is Status.PASSED
        assert "torn down" not in verdicts[f"test_{name}_wrong"].message


# --- cases ---------------------------------------------------------------------------------------


def test_the_cases_of_a_test_share_its_points_and_name_themselves(course: Any) -> None:
    assignment = course.assignment(
        """
        @pytest.mark.points(10)
        @pytest.mark.parametrize("x", [0, 1, 2], ids=["zero", "one", "two"])
        def test_cases(submission, x):
            \"""Cases.\"""
            if x == 2:
                credit(0.5, "half of two")
            assert submission.f(x) == 2 * x
        """
    )
    verdict = course.verdicts(assignment, "def f(x): return 0")["test_cases"]
    assert verdict.status is Status.PARTIAL
    assert verdict.points == 5
    assert verdict.message.startswith("[one] assert 0 == ")
    assert "\n[two] half of two\n" in verdict.message


# --- seeds ---------------------------------------------------------------------------------------

DRAWS = """
@pytest.mark.points(4)
@pytest.mark.parametrize("case", [0, 1])
def test_a(submission, reference, rng, seed, case):
    \"""A.\"""
    drawn = rng.random(), seed, submission.f(0), reference.f(0), float(np.random.rand())
    raise AssertionError(repr(drawn))

@pytest.mark.points(6)
def test_b(submission, rng, seed):
    \"""B.\"""
    raise AssertionError(repr((rng.random(), seed, submission.f(0))))
"""
DRAWER = """
import random
import numpy as np
def f(x):
    return random.random(), np.random.rand(), np.random.default_rng().random()
"""


def draws(course: Any, **options: Any) -> dict[str, str]:
    assignment = course.assignment(DRAWS, reference=DRAWER)
    return {
        name: verdict.message
        for name, verdict in course.verdicts(assignment, DRAWER, **options).items()
    }


def test_what_is_drawn_depends_on_the_round_and_on_nothing_else(course: Any) -> None:
    first = draws(course)
    assert draws(course) == first
    assert draws(course, backwards=True) == first
    assert draws(course, only=["test_b"]) == {"test_b": first["test_b"]}
    other = draws(course, seed="1" * 64)
    assert set(other.values()).isdisjoint(first.values())


def test_every_test_case_and_side_draws_its_own(course: Any) -> None:
    messages = "\n".join(draws(course).values())
    drawn = re.findall(r"\d\.\d+", messages)
    assert len(drawn) == 2 * (1 + 3 + 3 + 1) + (1 + 3)
    assert len(set(drawn)) == len(drawn)


class DeafHost:
    """Remembers the seeds that it is given, and does nothing with them."""

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def begin(self, seed: int) -> None:
        """Remember."""
        self.seeds.append(seed)

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Answer nothing."""
        return Frame({"ok": True, "value": None})


def test_a_test_may_draw_from_global_generators(course: Any) -> None:
    """What it draws does not depend on the tests before it, nor on the submission."""
    body = """
    @pytest.mark.points(5)
    def test_{name}(submission):
        \"""Draws.\"""
        import random
        raise AssertionError([random.random(), np.random.rand(), np.random.default_rng().random()])
    """
    assignment = course.assignment(body.format(name="a") + body.format(name="b"))
    first = course.verdicts(assignment, DeafHost())
    second = course.verdicts(assignment, DeafHost(), backwards=True)
    messages = [first[name].message for name in first]
    assert [second[name].message for name in first] == messages
    assert len(set(messages)) == 2


def test_the_submission_cannot_guess_what_a_test_draws(course: Any) -> None:
    """The seed that its process is told is neither the test's seed nor that of its generator."""
    assignment = course.assignment(
        """
        @pytest.mark.points(10)
        def test_it(submission, rng, seed):
            \"""Draws.\"""
            submission.f(1)
            raise AssertionError(f"{seed} {rng.random()}")
        """
    )
    host = DeafHost()
    verdict = course.verdicts(assignment, host)["test_it"]
    (told,) = host.seeds
    seed, drawn = verdict.message.split()
    assert int(seed) != told % 2**31
    assert float(drawn) != np.random.default_rng(told).random()


def test_a_seed_is_a_positive_integer_that_frameworks_accept(judge: Callable[..., Verdict]) -> None:
    body = "assert type(seed) is int and 0 <= seed < 2**31\nassert submission.f(1) == 2"
    assert judge(body, RIGHT, arguments="submission, seed").status is Status.PASSED


def test_a_replay_draws_the_same_numbers(course: Any) -> None:
    """The reference is asked exactly what the student was asked."""
    assignment = course.assignment(
        """
        ASKED = []

        @pytest.mark.points(10)
        def test_it(submission, rng, seed):
            \"""It works.\"""
            ASKED.append((rng.random(), seed, submission.f(0)))
            if len(ASKED) == 1:
                raise KeyError("the student's run")
            assert ASKED[0] == ASKED[1], "the replay differs"
        """,
        reference=DRAWER,
    )
    verdict = course.verdicts(assignment, DRAWER)["test_it"]
    assert (verdict.status, "KeyError" in verdict.message) == (Status.FAILED, True)


# --- what never changes a grade ------------------------------------------------------------------


def test_printing_and_warnings_change_nothing(course: Any, capfd: Any) -> None:
    body = """
import sys, warnings
warnings.warn("noise while the file is imported", DeprecationWarning)

@pytest.mark.points(5)
def test_noise(submission):
    \"""Noise.\"""
    print("noise")
    print("noise", file=sys.stderr)
    warnings.warn("noise")
    np.ones(1) / np.zeros(1)
    assert submission.f(2) == 4
    warnings.simplefilter("error")

@pytest.mark.points(5)
def test_next(submission):
    \"""The filters of one test do not reach the next.\"""
    warnings.warn("noise")
    assert submission.f(3) == 6
"""
    source = """
    import sys, warnings
    def f(x):
        print("noise")
        print("noise", file=sys.stderr)
        warnings.warn("noise")
        return 2 * x
    """
    verdicts = course.verdicts(course.assignment(body, reference=source), source)
    assert {verdict.status for verdict in verdicts.values()} == {Status.PASSED}
    assert {verdict.message for verdict in verdicts.values()} == {""}
    assert capfd.readouterr() == ("", "")


def test_each_finished_case_is_told(course: Any) -> None:
    done: list[str] = []
    assignment = course.assignment(
        """
        @pytest.mark.points(10)
        @pytest.mark.parametrize("x", [1, 2])
        def test_cases(submission, x):
            \"""Cases.\"""
            assert submission.f(x) + 1
        """,
        reference=RIGHT,
    )
    course.verdicts(assignment, "def f(x): return None", on_test=done.append)
    assert done == ["test_cases", "test_cases"]


def test_the_reference_cannot_be_asked_for_where_there_is_none(
    judge: Callable[..., Verdict],
) -> None:
    verdict = judge("reference.f(1)", RIGHT, reference=None, arguments="submission, reference")
    assert verdict.status is Status.ERRORED
    assert "there is no reference solution here" in verdict.message


# --- rows of a round -----------------------------------------------------------------------------

ROWS = """
@pytest.mark.points(10)
def test_it(submission, data):
    \"""Draws.\"""
    raise AssertionError(f"{data.X_train.shape} {data.y_valid.shape} {float(data.X_test.sum())}")
"""


def test_data_is_drawn_as_the_assignment_says(course: Any) -> None:
    """The same for a whole round, other rows with another seed."""
    rows = {"name": "wine", "train": 7, "valid": 3, "test": 5}
    assignment = course.assignment(ROWS, data=rows)
    told = [
        course.verdicts(assignment, RIGHT, seed=seed)["test_it"].message
        for seed in ("a" * 64, "a" * 64, "b" * 64)
    ]
    assert told[0] == told[1] != told[2]
    assert told[0].startswith("(7, 11) (3,) ")


def test_data_that_is_not_declared_is_the_authors_fault(course: Any) -> None:
    verdict = course.verdicts(course.assignment(ROWS), RIGHT)["test_it"]
    assert verdict.status is Status.ERRORED
    assert "Name a data set under `data`" in verdict.message
