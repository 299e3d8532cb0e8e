from __future__ import annotations

from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.export import Filled, Sheet
from grader.export.moodle import write

WORKSHEET = (
    'Identifier,"Full name","ID number","Email address",Status,Marker,Grade,"Maximum Grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
    '"Participant 9001","Ada Lovelace",u1,ada@u.edu,"Submitted for grading","Bo Ray",,20.00,Yes,'
    '"Friday, 20 November 2026, 1:00 PM",-,"<p>Well, ""done""</p>"\n'
    '"Participant 9002","Zoë Ünal",u2,zoe@u.edu,"No submission",,3.00,20.00,Yes,-,-,\n'
    '"Participant 9003","Bo Ray",u3,bo@u.edu,"Submitted for grading",,,20.00,No,-,-,\n'
)
GERMAN = (
    "ID,Vollständiger Name,Anmeldename,E-Mail-Adresse,Status,Bewertende,Bewertung,Bestwertung,"
    "Bewertung kann geändert werden,Zuletzt geändert (Bewertung)\r\n"
    'Teilnehmer/in9001,Ada Lovelace,al7,ada@u.edu,Abgegeben,Bo Ray,,"20,00",Ja,-\r\n'
    'Teilnehmer/in9003,Bo Ray,br8,bo@u.edu,Abgegeben,,"3,00","20,00",Ja,-\r\n'
)


def filled(grades, worksheet: str = WORKSHEET, **options) -> Filled:
    return write(Sheet(worksheet.encode(), name="worksheet.csv"), grades, **options)


def refused(grades, worksheet: str, **options) -> UsageError:
    with pytest.raises(UsageError) as caught:
        filled(grades, worksheet, **options)
    assert caught.value.remedy
    return caught.value


def test_only_grades_change(graded):
    done = filled([graded("Ada_Lovelace_9001"), graded("u2", score=Decimal("12.5"))])
    assert (done.column, done.entered, done.left, done.ungraded) == ("Grade", 2, (), 1)
    expected = WORKSHEET.replace('"Bo Ray",,20.00', '"Bo Ray",8.17,20.00').replace(
        ",3.00,20.00", ",12.5,20.00"
    )
    assert done.data.decode() == expected


@pytest.mark.parametrize(
    "student", ["9001", "Participant 9001", "u1", "ADA@u.edu", "Ada_Lovelace", "x_9001"]
)
def test_students_are_found_by_what_moodle_calls_them(graded, student: str):
    assert '"Bo Ray",8.17,20.00' in filled([graded(student)]).data.decode()


def test_a_marker_is_not_the_student(graded):
    done = filled([graded("Bo_Ray")], WORKSHEET.replace("20.00,No", "20.00,Yes"))
    assert done.data.decode().splitlines()[3].startswith('"Participant 9003"')
    assert ",8.17,20.00" in done.data.decode().splitlines()[3]
    assert done.data.decode().splitlines()[1] == WORKSHEET.splitlines()[1]


def test_locked_grades_stay_and_are_reported(graded):
    done = filled([graded("u3")])
    assert done.data.decode() == WORKSHEET
    (left,) = done.left
    assert (left.line, left.reason) == (4, "Moodle says that the grade cannot be changed")


def test_other_languages_and_decimal_commas(graded):
    done = filled([graded("al7"), graded("Bo_Ray_9003")], GERMAN, column="Bewertung")
    expected = GERMAN.replace('Bo Ray,,"20,00"', 'Bo Ray,"8,17","20,00"').replace(
        '"3,00"', '"8,17"'
    )
    assert done.data.decode() == expected
    assert not done.left


def test_without_its_maximum_a_worksheet_is_filled_in(graded):
    worksheet = (
        "Identifier,Full name,Status,Grade,Grade can be changed,Last modified (grade)\n"
        "Participant 9001,Ada Lovelace,Submitted,,Yes,-\n"
        "Participant 9002,Zoë Ünal,Submitted,3.00,Yes,-\n"
    )
    done = filled([graded("9001")], worksheet)
    assert done.data.decode() == worksheet.replace("Submitted,,Yes", "Submitted,8.17,Yes")


def test_blind_marking_knows_participants_only(graded):
    worksheet = (
        "Identifier,Status,Grade,Maximum Grade,Last modified (grade)\n"
        "Participant 17,Submitted,,20.00,-\n"
    )
    done = filled([graded("Participant_17")], worksheet)
    assert done.data.decode() == worksheet.replace("Submitted,,", "Submitted,8.17,")


@pytest.mark.parametrize("column", ["Identifier", "Grade", '"Last modified (grade)"'])
def test_a_column_that_is_missing_is_named(graded, column: str):
    header, _, rest = WORKSHEET.partition("\n")
    cells = [cell for cell in header.split(",") if cell != column]
    error = refused([graded("u1")], ",".join(cells) + "\n" + rest)
    name = column.strip('"')
    assert error.message.startswith(f"the column “{name}” is missing; found: ")
    assert error.where == "worksheet.csv:1"
    assert "--column" in error.remedy


def test_a_column_that_is_named_must_be_there(graded):
    error = refused([graded("u1")], GERMAN, column="Note")
    assert error.message.startswith("the column “Note” is missing; found: ID, Vollständiger Name")


@pytest.mark.parametrize(
    ("worksheet", "options", "where"),
    [
        (WORKSHEET.replace("20.00,No", "100.00,No"), {}, "worksheet.csv:4, column 8"),
        (GERMAN.replace("20,00", "100,00"), {"column": "Bewertung"}, "worksheet.csv:3, column 8"),
    ],
)
def test_other_points_are_refused_with_the_place(graded, worksheet, options, where):
    error = refused([graded("u1")], worksheet, **options)
    assert error.where == where
    assert "out of 20" in error.message
    assert "in Moodle to 20" in error.remedy


@pytest.mark.parametrize("header", ["Scale", "Bewertungsskala"])
def test_a_scale_is_refused(graded, header: str):
    worksheet = (
        f"Identifier,Full name,Status,Grade,{header},Last modified (grade)\n"
        'Participant 9001,Ada Lovelace,Submitted,,"Good\nBetter\nBest",-\n'
    )
    error = refused([graded("9001")], worksheet)
    assert "graded with a scale" in error.message
    assert error.where == "worksheet.csv:1, column 5"


def test_without_grades_the_worksheet_stays():
    done = filled([])
    assert (done.data.decode(), done.entered, done.ungraded) == (WORKSHEET, 0, 3)
