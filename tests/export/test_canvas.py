from __future__ import annotations

import re
from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.export import Filled, Sheet
from grader.export.canvas import write

# With a posting policy, another assignment, totals, Canvas' test student, all sorts of cells.
EXPORTED = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework 0 (1200),A toy (1234),"
    "Assignments Current Score,Final Grade\r\n"
    ",,,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,10.00,20.00,(read only),(read only)\r\n"
    '"Lovelace, Ada",501,u1,ada,"S1 and S2",9.50,,95.0,A\r\n'
    '"Ünal, Zoë",502,u2,zoe@u.edu,S1,8.00,3.00,,\r\n'
    '"O""Hara, Bo",503,u3,bo,S1,,EX,,\r\n'
    '"太郎, 山田",504,u4,taro,S1,"","",,\r\n'
    '"Student, Test",505,,d0c5,S1,,,,\r\n'
)


def filled(grades, exported: str = EXPORTED, **options) -> Filled:
    return write(Sheet(exported.encode(), name="exported.csv"), grades, **options)


def refused(grades, exported: str = EXPORTED, **options) -> UsageError:
    with pytest.raises(UsageError) as caught:
        filled(grades, exported, **options)
    assert caught.value.remedy
    return caught.value


def test_only_the_cells_of_the_assignment_change(graded):
    done = filled([graded("ada"), graded("u2", score=Decimal("13.335")), graded("504-ab12cd")])
    assert (done.column, done.entered, done.left, done.ungraded) == ("A toy (1234)", 3, (), 2)
    expected = (
        EXPORTED.replace("9.50,,95.0", "9.50,8.17,95.0")
        .replace("8.00,3.00,", "8.00,13.34,")
        .replace('"","",,', '"","8.17",,')
    )
    assert done.data.decode() == expected


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_encoding_and_line_ends_stay(graded, mark: str, end: str):
    exported = mark + EXPORTED.replace("\r\n", end).rstrip(end)
    done = filled([graded("ada")], exported)
    assert done.data.decode() == exported.replace("9.50,,95.0", "9.50,8.17,95.0")


def test_semicolons_and_decimal_commas_stay(graded):
    exported = re.sub(r"(\d)\.(\d)", r"\1,\2", EXPORTED.replace(",", ";").replace("e; ", "e, "))
    done = filled([graded("ada")], exported)
    assert done.data.decode() == exported.replace("9,50;;95,0", "9,50;8,17;95,0")


@pytest.mark.parametrize(
    "student",
    ["501", "u1", "ada", "ADA", "Ada Lovelace", "lovelaceada_501", "Ada_Lovelace", "Lovelace, Ada"],
)
def test_students_are_found_by_what_canvas_calls_them(graded, student: str):
    assert "9.50,8.17,95.0" in filled([graded(student)]).data.decode()


def test_a_name_from_the_roster_finds_who_has_another_identifier(graded):
    assert "8.00,8.17," in filled([graded("x77", name="Zoe Unal")]).data.decode()


def test_first_and_last_names_in_columns_of_their_own(graded):
    exported = (
        "LastName,FirstName,ID,SIS Login ID,Section,A toy (1234)\n"
        "    Points Possible,,,,,20\nLovelace,Ada,501,al,S1,\n"
    )
    done = filled([graded("Ada Lovelace")], exported)
    assert done.data.decode() == f"{exported[:-1]}8.17\n"
    assert done.ungraded == 0


def test_who_has_no_row_is_reported_with_the_points(graded):
    done = filled([graded("stranger"), graded("ada")])
    (left,) = done.left
    assert (left.grade.student, left.line) == ("stranger", 0)
    assert "no row" in left.reason
    assert done.entered == 1


def test_marks_of_canvas_stay_and_are_reported(graded):
    exported = EXPORTED.replace("8.00,3.00", "8.00,N/A")
    done = filled([graded("bo"), graded("zoe@u.edu")], exported)
    assert done.data.decode() == exported
    assert [(left.line, left.reason) for left in done.left] == [
        (6, "its cell says “EX”, excused"),
        (5, "its cell says “N/A”, not assigned to the student"),
    ]


def test_what_waits_for_review_is_no_number(kinds):
    ada, bob, *_ = kinds
    done = filled([bob.model_copy(update={"student": "zoe@u.edu"}), ada])
    assert "8.00,3.00" in done.data.decode()
    assert [left.reason for left in done.left] == ["4 points are pending: it needs review"]


def test_two_grades_of_one_row_are_both_left(graded):
    done = filled([graded("501"), graded("ada")])
    assert done.data.decode() == EXPORTED
    assert [left.reason for left in done.left] == [
        "the row also means ada",
        "the row also means 501",
    ]


def test_of_several_attempts_the_last_counts(graded):
    attempts = [graded("ada", attempt=n, score=Decimal(n)) for n in (1, 3, 2)]
    done = filled(attempts)
    assert (done.entered, done.left) == (1, ())
    assert "9.50,3,95.0" in done.data.decode()


def test_who_handed_in_nothing_has_zero(kinds):
    nobody = kinds[-1].model_copy(update={"student": "501"})
    assert "9.50,0,95.0" in filled([nobody]).data.decode()


@pytest.mark.parametrize("column", ["Homework 0 (1200)", "homework 0", "1200"])
def test_a_column_can_be_named(graded, column: str):
    grade = graded("ada", max_score=Decimal(10))
    done = filled([grade], column=column)
    assert done.column == "Homework 0 (1200)"
    assert 'S1 and S2",8.17,,95.0' in done.data.decode()


@pytest.mark.parametrize(
    ("exported", "column", "found"),
    [
        (EXPORTED.replace("A toy", "A joy"), "", "no column is called “A toy”"),
        (EXPORTED, "Section", "no column is called “Section”"),
        (EXPORTED.replace("Homework 0", "Toy"), "", "2 columns are called “A toy”"),
    ],
)
def test_a_column_that_is_not_there_is_refused_with_those_that_are(graded, exported, column, found):
    error = refused([graded("ada")], exported, column=column)
    assert error.message.startswith(found)
    assert "(1200); A " in error.message
    assert "Final Grade" not in error.message
    assert error.where == "exported.csv:1"


def test_a_column_out_of_other_points_is_refused_with_its_place(graded):
    error = refused([graded("ada")], EXPORTED.replace("20.00", "100.00"))
    assert error.where == "exported.csv:3, column 7"
    assert error.message == "the column is out of “100.00” points, the grade of ada out of 20"
    assert "in Canvas to 20" in error.remedy


def test_another_file_is_refused(graded):
    error = refused([graded("ada")], "id,name,A toy (1234)\n1,Ada,\n")
    assert "Canvas did not export this" in error.message
    assert "id, name, A toy (1234)" in error.message
    assert error.where == "exported.csv:1"


def test_without_grades_the_file_stays(graded):
    done = filled([])
    assert (done.data.decode(), done.entered, done.ungraded) == (EXPORTED, 0, 5)
