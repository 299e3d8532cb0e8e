"""What tests declare, and how wrong declarations are refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.marks import in_order, require_total
from grader.checks.runner import collect
from grader.errors import SpecError
from grader.model import Assignment, TestCase, Visibility

TEST = '{marks}\ndef test_it(submission):\n    """It works."""\n'


def declared(course: Any, marks: str = "@pytest.mark.points(10)", **options: Any) -> TestCase:
    (test,) = collect(course.assignment(TEST.format(marks=marks), **options))
    return test


def refusal(course: Any, source: str, **options: Any) -> SpecError:
    assignment = course.assignment(source, **options)
    with pytest.raises(SpecError) as caught:
        collect(assignment)
    return caught.value


def case(name: str, points: str = "1", depends_on: tuple[str, ...] = ()) -> TestCase:
    return TestCase(
        id=name,
        title=name,
        points=Decimal(points),
        visibility=Visibility.HIDDEN,
        depends_on=depends_on,
    )


# --- declarations --------------------------------------------------------------------------------


def test_everything_that_a_test_declares_is_read(course: Any) -> None:
    assignment = course.assignment(
        """
        @pytest.mark.points(2.5)
        def test_first(submission):
            \"""
            The title is the first line.

            The rest is for authors.
            \"""

        @pytest.mark.points("7.5")
        @pytest.mark.hint("Mind the sign.")
        @pytest.mark.reveal
        @pytest.mark.visibility("after_due")
        @pytest.mark.depends_on("test_first", "TestGroup.test_inner")
        def test_second(submission):
            \"""Second.\"""

        class TestGroup:
            def test_inner(self, submission):
                \"""Worth nothing, and still told.\"""
        """
    )
    assert collect(assignment) == (
        TestCase(
            id="test_first",
            title="The title is the first line.",
            points=Decimal("2.5"),
            visibility=Visibility.HIDDEN,
        ),
        TestCase(
            id="test_second",
            title="Second.",
            points=Decimal("7.5"),
            visibility=Visibility.AFTER_DUE,
            hint="Mind the sign.",
            reveal=True,
            depends_on=("test_first", "TestGroup.test_inner"),
        ),
        TestCase(
            id="TestGroup.test_inner",
            title="Worth nothing, and still told.",
            points=Decimal(0),
            visibility=Visibility.HIDDEN,
        ),
    )


@pytest.mark.parametrize(
    ("kind", "marks", "visibility"),
    [
        ("public", "", "public"),
        ("hidden", "", "hidden"),
        ("public", '@pytest.mark.visibility("hidden")', "hidden"),
        ("hidden", '@pytest.mark.visibility("public")', "public"),
        ("hidden", '@pytest.mark.visibility("after_due")', "after_due"),
    ],
)
def test_the_folder_decides_who_sees_a_test_unless_a_mark_does(
    course: Any, kind: str, marks: str, visibility: str
) -> None:
    source = TEST.format(marks=f"@pytest.mark.points(10)\n{marks}".strip())
    (test,) = collect(course.assignment(**{kind: source}))
    assert test.visibility is Visibility(visibility)


def test_the_cases_of_a_test_are_one_test(course: Any) -> None:
    marks = '@pytest.mark.points(10)\n@pytest.mark.parametrize("x", range(5))'
    source = TEST.format(marks=marks).replace("(submission)", "(submission, x)")
    assert [test.id for test in collect(course.assignment(source))] == ["test_it"]


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ("@pytest.mark.points(-1)", "points(-1): expected a number from 0 up"),
        ("@pytest.mark.points('many')", "points('many'): expected a number"),
        ("@pytest.mark.points(float('nan'))", "points(nan): expected a number"),
        ("@pytest.mark.points(float('inf'))", "points(inf): expected a number"),
        ("@pytest.mark.points(None)", "points(None): expected a number"),
        ("@pytest.mark.points(True)", "points(True): expected a number"),
        ("@pytest.mark.points", "the mark points takes exactly one argument"),
        ("@pytest.mark.points(1, 2)", "the mark points takes exactly one argument"),
        ("@pytest.mark.hint()", "the mark hint takes exactly one argument"),
        ("@pytest.mark.hint(text='x')", "the mark hint takes exactly one argument"),
        ("@pytest.mark.visibility('secret')", "visibility is 'secret'; use public, hidden or"),
        ("@pytest.mark.visibility(['public'])", "visibility is ['public']; use public, hidden or"),
        ("@pytest.mark.depends_on('test_that')", "depends_on names 'test_that', which is no test"),
        ("@pytest.mark.depends_on('test_it')", "depends_on goes in a circle: test_it -> test_it"),
        ("@pytest.mark.pionts(10)", "'pionts' not found in `markers`"),
    ],
)
def test_wrong_marks_are_refused(course: Any, marks: str, message: str) -> None:
    error = refusal(course, TEST.format(marks=marks))
    assert message in str(error)
    if "circle" not in message:
        assert "test_hidden.py" in str(error)


def test_a_test_needs_a_title(course: Any) -> None:
    for source in (
        "def test_it(submission):\n    pass\n",
        'def test_it(submission):\n    """ """\n',
    ):
        error = refusal(course, source)
        assert error.message == "a test has no docstring"
        assert error.where.endswith("tests/hidden/test_hidden.py::test_it")
        assert "the title that students see" in error.remedy


def test_names_are_ids_and_must_differ(course: Any) -> None:
    source = TEST.format(marks="@pytest.mark.points(5)")
    error = refusal(course, source, public=source)
    assert "two tests are called test_it" in error.message
    assert "tests/public/test_public.py" in str(error)
    assert "tests/hidden/test_hidden.py" in str(error)


def test_the_same_name_in_two_classes_is_two_tests(course: Any) -> None:
    group = 'class Test{}:\n    @pytest.mark.points(5)\n    def test_it(self):\n        """x"""\n'
    tests = collect(course.assignment(group.format("A") + group.format("B")))
    assert [test.id for test in tests] == ["TestA.test_it", "TestB.test_it"]


def test_cases_cannot_have_marks_of_their_own(course: Any) -> None:
    marks = (
        "@pytest.mark.points(10)\n"
        '@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.points(3))])'
    )
    error = refusal(course, TEST.format(marks=marks).replace("(submission)", "(submission, x)"))
    assert error.message == "a case of a parametrised test has a mark of its own: points"


# --- totals --------------------------------------------------------------------------------------


def test_the_tests_must_add_up_to_the_assignments_points(course: Any) -> None:
    error = refusal(course, TEST.format(marks="@pytest.mark.points(9.5)"))
    assert error.message == "the tests add up to 9.5 points, expected 10"
    assert error.where.endswith("toy/assignment.yaml")


def test_sums_are_exact(course: Any) -> None:
    """Ten times 0.1 is 1; in floating point it is not."""
    marks = "@pytest.mark.points(0.1)"
    tests = "".join(TEST.format(marks=marks).replace("test_it", f"test_{i}") for i in range(10))
    assert len(collect(course.assignment(tests, points=1))) == 10


def test_public_tests_alone_need_not_add_up(course: Any) -> None:
    source = TEST.format(marks="@pytest.mark.points(5)")
    assignment = course.assignment(source.replace("test_it", "test_other"), public=source)
    assert [test.id for test in collect(assignment, hidden=False)] == ["test_it"]
    assert len(collect(assignment)) == 2


@given(st.lists(st.decimals(0, 100, places=3), min_size=1, max_size=8))
def test_any_exact_sum_is_accepted_and_no_other(points: list[Decimal]) -> None:
    tests = [case(f"test_{i}", str(value)) for i, value in enumerate(points)]
    assignment = Assignment(id="a", title="A", points=sum(points), folder=Path("a"), digest="")
    require_total(assignment, tests)
    with pytest.raises(SpecError):
        require_total(assignment, [*tests, case("test_more", "0.001")])


# --- order ---------------------------------------------------------------------------------------


def test_prerequisites_come_first_and_the_rest_keeps_its_order() -> None:
    tests = {
        test.id: test
        for test in (
            case("a", depends_on=("d",)),
            case("b"),
            case("c", depends_on=("a", "b")),
            case("d"),
        )
    }
    assert in_order(list("abcd"), tests) == ["d", "a", "b", "c"]
    assert in_order(list("dcba"), tests) == ["d", "a", "b", "c"]
    assert in_order(["c"], tests) == ["d", "a", "b", "c"]
    assert in_order(["b"], tests) == ["b"]


def test_a_circle_is_named() -> None:
    tests = {
        test.id: test
        for test in (
            case("start", depends_on=("a",)),
            case("a", depends_on=("b",)),
            case("b", depends_on=("c",)),
            case("c", depends_on=("a",)),
        )
    }
    with pytest.raises(SpecError, match=r"circle: a -> b -> c -> a$"):
        in_order(["start"], tests)


@given(st.data())
def test_any_order_that_is_asked_for_respects_prerequisites(data: st.DataObject) -> None:
    names = [f"t{i}" for i in range(data.draw(st.integers(1, 7)))]
    tests = {
        name: case(name, depends_on=tuple(data.draw(st.sets(st.sampled_from(names[:i])))))
        if i
        else case(name)
        for i, name in enumerate(names)
    }
    asked = data.draw(st.permutations(names))
    ordered = in_order(asked, tests)
    assert sorted(ordered) == sorted(names)
    for name in names:
        for needed in tests[name].depends_on:
            assert ordered.index(needed) < ordered.index(name)
