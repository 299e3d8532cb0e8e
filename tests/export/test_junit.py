from __future__ import annotations

import re

import pytest
from junitparser import xunit2

from grader.export.junit import write
from grader.model import Grade


@pytest.fixture
def suites(kinds: list[Grade]) -> dict[str, xunit2.TestSuite]:
    """All kinds of grades, as a library reads them."""
    read = xunit2.JUnitXml.fromstring(write(kinds).encode())
    return {suite.name: suite for suite in read}


def test_outcomes_by_status(suites):
    cases = list(suites["ada"])
    outcomes = [[type(one).__name__ for one in case.result] for case in cases]
    assert outcomes == [
        [],
        ["Failure"],
        ["Failure"],
        ["Skipped"],
        ["Failure"],
        ["Failure"],
        ["Failure"],
    ]
    assert [case.result[0].type for case in cases[1:]] == [
        "partial",
        "failed",
        "skipped",
        "timeout",
        "crashed",
        "partial",
    ]
    assert [type(one).__name__ for one in next(iter(suites["bob"])).result] == ["Error"]


def test_counts_are_those_of_the_cases(suites, kinds: list[Grade]):
    for suite in suites.values():
        told = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert told == (suite.tests, suite.failures, suite.errors, suite.skipped)
    root = re.search(r"<testsuites [^>]*>", write(kinds))
    assert root
    for count in ("tests", "failures", "errors"):
        total = sum(getattr(suite, count) for suite in suites.values())
        assert f'{count}="{total}"' in root[0]


def test_points_are_properties(suites):
    def properties(one) -> dict[str, str]:
        return {prop.name: prop.value for prop in one.properties()}

    assert properties(suites["ada"]) == {
        "assignment": "toy",
        "student": "ada",
        "attempt": "1",
        "status": "graded",
        "score": "8.1667",
        "max_score": "20",
        "pending": "0",
    }
    assert properties(list(suites["ada"])[1]) == {"points": "1.6667", "max_points": "2.5"}


def test_names_and_texts(suites):
    case = list(suites["ada"])[1]
    assert (case.name, case.classname, case.time) == ("Test 2, “<b>&amp;”", "toy.test_2", 0.012)
    (failure,) = case.result
    assert failure.message == "got [1 2]"
    assert failure.text == "got [1 2]\nexpected [1 3]\ufffd \ufffd ]]> \ufffd\nHint: Look again."
    assert suites["ada"].system_out == "cell 1: A mark was left out."


def test_what_could_not_be_graded_is_never_green(suites):
    for student, why in (("cyd", "The file ends in the middle."), ("dan", "nothing was handed in")):
        first = next(iter(suites[student]))
        assert suites[student].failures == 1
        assert first.name == "The submission can be graded."
        assert first.result[0].message == why


def test_times_have_three_decimals(kinds: list[Grade]):
    times = re.findall(r' time="([^"]*)"', write(kinds))
    assert times
    assert all(re.fullmatch(r"\d+\.\d{3}", time) for time in times)
