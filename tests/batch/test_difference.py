from __future__ import annotations

from decimal import Decimal

from grader.batch.difference import Change, ChangedTest, differences, differences_table
from grader.model import Environment, Grade, GradeStatus, Status, Verdict, Visibility


def grade(student: str, *, of: int = 10, digest: str = "", status="graded", **points) -> Grade:
    verdicts = tuple(
        Verdict(
            id=test,
            title=test,
            visibility=Visibility.HIDDEN,
            points=Decimal(str(value)),
            max_points=Decimal(10),
            status=Status.PARTIAL,
        )
        for test, value in points.items()
    )
    environment = Environment(
        grader="1",
        python="3",
        platform="p",
        cpu="c",
        assignment_digest="a",
        submission_digest=digest,
    )
    return Grade(
        student=student,
        name=f"=name of {student}",
        assignment="toy",
        score=sum((one.points for one in verdicts), Decimal(0)),
        max_score=Decimal(of),
        status=GradeStatus(status),
        verdicts=verdicts,
        environment=environment,
    )


BEFORE = {
    "same": grade("same", t=4, u=1),
    "small": grade("small", t=4, u=1),
    "large": grade("large", t=4, u=1),
    "gains": grade("gains", t=4, u=1),
    "moved": grade("moved", t=4, u=1),
    "absent": grade("absent", status="missing"),
    "left": grade("left", t=1),
}
AFTER = {
    "gains": grade("gains", t=9, u=1),
    "same": grade("same", t=4, u=1),
    "small": grade("small", t="3.5", u=1),
    "large": grade("large", t=0, v=2, digest="other"),
    "moved": grade("moved", t=1, u=4),
    "absent": grade("absent", t=5),
    "new": grade("new", t=5),
}


def test_who_loses_comes_first_and_who_loses_most_first_of_all():
    found = differences(BEFORE, AFTER)
    assert [(one.key, one.change) for one in found] == [
        ("large", Change.LOSES),
        ("small", Change.LOSES),
        ("gains", Change.GAINS),
        ("absent", Change.NEW),
        ("new", Change.NEW),
        ("moved", Change.OTHER),
        ("same", Change.SAME),
    ]


def test_the_tests_that_changed_are_named():
    large, small, *_ = differences(BEFORE, AFTER)
    assert large.tests == (
        ChangedTest("t", Decimal(4), Decimal(0)),
        ChangedTest("v", None, Decimal(2)),
        ChangedTest("u", Decimal(1), None),
    )
    assert large.resubmitted
    assert small.tests == (ChangedTest("t", Decimal(4), Decimal("3.5")),)
    assert not small.resubmitted


def test_out_of_other_points_the_share_decides():
    before = {"ada": grade("ada", t=8), "bob": grade("bob", t=8)}
    after = {"ada": grade("ada", of=12, t=9), "bob": grade("bob", of=12, t="9.6")}
    ada, bob = differences(before, after)
    assert (ada.key, ada.change, ada.share) == ("ada", Change.LOSES, Decimal("-0.05"))
    assert (bob.key, bob.change) == ("bob", Change.OTHER)


def test_pending_points_are_a_difference():
    (one,) = differences({"ada": grade("ada")}, {"ada": grade("ada", status="needs_review")})
    assert one.change is Change.OTHER


def test_the_table_is_safe_in_a_spreadsheet():
    header, large, *_ = differences_table(differences(BEFORE, AFTER)).split("\r\n")
    assert header.startswith("\ufeffkey,student,name,change,before,max_before,after,max_after,")
    assert large == (
        "large,large,'=name of large,loses,5,10,2,10,-3,t: 4 -> 0; v: - -> 2; u: 1 -> -"
    )
