from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.batch.journal import JOURNAL, Journal, Row
from grader.errors import UsageError
from grader.model import Level

ADA = Row("ada", "ada", 1, "f" * 64, Level.B, after_due=False, transcript=True)
BOB = Row("bob", "bob", 2, "e" * 64, Level.A, after_due=True, transcript=False, due=True)


def test_rows_are_there_again_when_it_is_opened_again(tmp_path):
    with Journal(tmp_path) as journal:
        assert journal.rows() == {}
        journal.write(ADA, '{"a": "ä"}')
        journal.write(BOB, "{}")
    with Journal(tmp_path) as journal:
        assert journal.rows() == {"ada": ADA._replace(size=11), "bob": BOB._replace(size=2)}
        assert journal.document("ada") == '{"a": "ä"}'
        with pytest.raises(KeyError):
            journal.document("cyd")
    assert [path.name for path in tmp_path.iterdir()] == [JOURNAL]


def test_a_row_replaces_the_one_before_it(tmp_path):
    with Journal(tmp_path) as journal:
        journal.write(ADA, "old")
        journal.mark_due(["ada", "nobody"])
        assert journal.rows()["ada"].due
        assert journal.document("ada") == "old"
        journal.write(ADA._replace(attempt=2), "new")
        assert journal.rows() == {"ada": ADA._replace(attempt=2, size=3)}
        journal.clear()
        assert journal.rows() == {}


def test_all_rows_of_another_journal_are_adopted(tmp_path):
    (tmp_path / "other").mkdir()
    with Journal(tmp_path) as journal, Journal(tmp_path / "other") as other:
        journal.write(ADA, "old")
        other.write(ADA._replace(level=Level.C), "new")
        other.write(BOB, "bob's")
        journal.adopt(other)
        assert set(journal.rows()) == {"ada", "bob"}
        assert journal.rows()["ada"].level is Level.C
        assert journal.document("ada") == "new"


def test_only_one_process_at_a_time(tmp_path):
    script = (
        "import sys; from pathlib import Path; from grader.batch.journal import Journal\n"
        "Journal(Path(sys.argv[1]))"
    )
    with Journal(tmp_path) as journal:
        journal.write(ADA, "{}")
        refused = subprocess.run(
            [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False
        )
        with pytest.raises(UsageError, match="another process is grading") as told:
            Journal(tmp_path)
        journal.write(BOB, "{}")
    assert f"UsageError: {tmp_path}: {told.value.message}" in refused.stderr
    with Journal(tmp_path) as journal:
        assert set(journal.rows()) == {"ada", "bob"}


def test_what_is_no_journal_is_told_and_left_alone(tmp_path):
    (tmp_path / JOURNAL).write_text("something else, for whatever reason")
    with pytest.raises(UsageError, match="not a journal, or damaged") as told:
        Journal(tmp_path)
    assert told.value.where == str(tmp_path / JOURNAL)
    assert (tmp_path / JOURNAL).read_text().startswith("something else")


def test_a_journal_of_another_version_is_told(tmp_path):
    Journal(tmp_path).__exit__()
    connection = sqlite3.connect(tmp_path / JOURNAL)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(UsageError, match="of version 2, and this grader knows 1"):
        Journal(tmp_path)


def test_a_place_that_cannot_be_written_to_is_told(tmp_path):
    with pytest.raises(UsageError, match="the journal cannot be written"):
        Journal(Path(tmp_path / "nowhere"))
