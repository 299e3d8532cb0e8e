from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.roster import Roster, RosterEntry, read_roster


def roster(tmp_path: Path, text: str | bytes) -> Roster:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_roster(path)


def refused(tmp_path: Path, text: str | bytes) -> UsageError:
    with pytest.raises(UsageError) as caught:
        roster(tmp_path, text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "id,login,email,name\n7,al,al@uni.edu,Alice Lee\n",
        "\ufeffStudent ID;User_Name;E-Mail;Full name\r\n7;al;al@uni.edu;Alice Lee\r\n",
        "sid\tusername\tMail\tFirst Name\tSurname\n7\tal\tal@uni.edu\tAlice\tLee\n",
        'Student,ID,SIS Login ID,email\n    Points Possible,,,\n"Alice Lee",7,al,al@uni.edu\n',
        "\n\nstudent,login,email,name,extra\n\n 7 , al ,al@uni.edu, Alice Lee ,x\n,,,,\n",
    ],
)
def test_usual_spellings(tmp_path: Path, text: str) -> None:
    (entry,) = roster(tmp_path, text).entries
    assert entry.model_dump(exclude={"line"}) == {
        "student": "7",
        "login": "al",
        "email": "al@uni.edu",
        "name": "Alice Lee",
    }


def test_login_or_email_stand_in_for_an_identifier(tmp_path: Path) -> None:
    assert roster(tmp_path, "name,email,login\nA,a@u.edu,al\n").entries[0].student == "al"
    assert roster(tmp_path, "name,email\nA,a@u.edu\n").entries[0].student == "a@u.edu"


def test_names_and_missing_students(tmp_path: Path) -> None:
    known = roster(
        tmp_path,
        "id,name,email\n12,Anna Müller,am@u.edu\n13,Bob Ray,bob@u.edu\n14,Bob Ray,bob2@u.edu\n"
        "jose,José Díaz,\na-1,Dash,\na1,No Dash,\n",
    )
    assert known.name_of("12") == "Anna Müller"
    assert known.name_of("Anna_Muller_555") == "Anna Müller"
    assert known.name_of("mulleranna_12") == "Anna Müller"
    assert known.name_of("AM@u.edu") == "Anna Müller"
    assert (known.name_of("a-1"), known.name_of("a1")) == ("Dash", "No Dash")
    assert known.name_of("Bob_Ray") == ""  # names two students
    assert known.name_of("stranger") == ""
    assert [entry.student for entry in known.missing(["12", "bob@u.edu", "a-1", "x"])] == [
        "14",
        "jose",
        "a1",
    ]
    assert known.missing([]) == known.entries


def test_records_are_frozen() -> None:
    entry = RosterEntry(student="a")
    with pytest.raises(ValueError, match="frozen"):
        entry.student = "b"  # type: ignore[misc]


def test_duplicates_are_refused_with_both_lines(tmp_path: Path) -> None:
    error = refused(tmp_path, "id,name\nal,A\nbo,B\nAL,C\n")
    assert error.where.endswith("roster.csv:4")
    assert "line 2 and in line 4" in error.message


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("", 1, "empty"),
        ("colour,size\nred,1\n", 1, "No column identifies the students; found: colour, size"),
        ("id,name\n1,A\n,B\n", 3, "no identifier"),
        ("id,name\n1,A\n2,Lee, Bo\n", 3, "has 3 fields, the header 2"),
        (b"id,name\n1,A\n2,M\xfcller\n", 3, "not UTF-8"),
        ('id,name\n1,"A\n', 2, "no CSV"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, text: str | bytes, line: int, found: str) -> None:
    error = refused(tmp_path, text)
    assert error.where.endswith(f"roster.csv:{line}")
    assert found in error.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_roster(tmp_path / "gone.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path)
