"""The journal of a folder of results: one row for each submission that was graded.

It tells which grades are complete and what they were given for, so that an interrupted round goes
on where it ended, and what has not changed is not graded again. A row is written after all files
of its submission, in one transaction, and only by the process that leads the round: whichever
process is killed, a row stands for files that are whole.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from grader.errors import UsageError
from grader.model import Level

__all__ = ["JOURNAL", "Journal", "Row"]

JOURNAL = "journal.sqlite"
_VERSION = 1
_PATIENCE = 1.0  # seconds; another round that is just ending gives way
_SCHEMA = """
CREATE TABLE IF NOT EXISTS grades (
    key TEXT PRIMARY KEY,
    student TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    level TEXT NOT NULL,
    after_due INTEGER NOT NULL,
    transcript INTEGER NOT NULL,
    due INTEGER NOT NULL,
    noted TEXT NOT NULL,
    document TEXT NOT NULL
) WITHOUT ROWID
"""
_COLUMNS = "key, student, attempt, fingerprint, level, after_due, transcript, due, noted, document"


class Row(NamedTuple):
    """What the journal knows of one submission's grade, but for the grade's document.

    Attributes:
        key: what its files are called.
        fingerprint: of all that the grade depends on.
        level: at which it was isolated.
        after_due: whether its pages show students the ``after_due`` tests in full.
        transcript: whether an executed notebook belongs to it.
        due: it is to be graded again, whatever its fingerprint says.
        size: of the document, in bytes.
    """

    key: str
    student: str
    attempt: int
    fingerprint: str
    level: Level
    after_due: bool
    transcript: bool
    due: bool = False
    size: int = 0


class Journal:
    """The open journal of a folder; while it is open, no other process can open it.

    Args:
        root: the folder of results, which must exist.

    Raises:
        UsageError: another process has it open, or it is not a journal that can be read.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / JOURNAL
        with self._told():
            self._connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            with self._told():
                self._open()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self) -> dict[str, Row]:
        """Return all rows by their keys."""
        with self._told():
            found = self._connection.execute(
                "SELECT key, student, attempt, fingerprint, level, after_due, transcript, due, "
                "length(CAST(document AS BLOB)) FROM grades"
            ).fetchall()
        return {
            key: Row(
                key, student, attempt, mark, Level(level), bool(after), bool(run), bool(due), n
            )
            for key, student, attempt, mark, level, after, run, due, n in found
        }

    def document(self, key: str) -> str:
        """Return the document of a grade that has a row.

        Raises:
            KeyError: it has none.
        """
        with self._told():
            found = self._connection.execute(
                "SELECT document FROM grades WHERE key = ?", (key,)
            ).fetchone()
        if found is None:
            raise KeyError(key)
        return str(found[0])

    def write(self, row: Row, document: str) -> None:
        """Write a row, in place of an earlier one of that key.

        Raises:
            UsageError: the disk is full, or the like.
        """
        noted = datetime.now(UTC).isoformat(timespec="seconds")
        with self._told():
            self._put([(*row[:4], row.level.value, *row[5:8], noted, document)])

    def mark_due(self, keys: Iterable[str]) -> None:
        """Have these graded again, also by another process if this one is killed first."""
        with self._told(), self._transaction():
            self._connection.executemany(
                "UPDATE grades SET due = 1 WHERE key = ?", [(key,) for key in keys]
            )

    def clear(self) -> None:
        """Forget everything."""
        with self._told():
            self._connection.execute("DELETE FROM grades")

    def adopt(self, other: Journal) -> None:
        """Take over all rows of another journal, all of them or none."""
        with self._told(), self._transaction():
            self._put(other._connection.execute(f"SELECT {_COLUMNS} FROM grades"))

    def _put(self, rows: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * len(_COLUMNS.split()))
        self._connection.executemany(
            f"INSERT OR REPLACE INTO grades ({_COLUMNS}) VALUES ({marks})", rows
        )

    def _open(self) -> None:
        run = self._connection.execute
        # Exclusive: the lock of the whole round, which ends with the process. It also does without
        # shared memory, so that the folder may lie on a network's file system.
        run("PRAGMA locking_mode = EXCLUSIVE")
        # What was committed survives any process, without waiting for the disk each time. If the
        # power fails, the last rows may be missing: those submissions are graded again.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        with self._transaction():
            (version,) = run("PRAGMA user_version").fetchone()
            if version not in (0, _VERSION):
                raise UsageError(
                    f"this journal is of version {version}, and this grader knows {_VERSION}",
                    where=str(self._path),
                    remedy="Use the grader that wrote it, or name another folder with -o.",
                )
            run(_SCHEMA)
            run(f"PRAGMA user_version = {_VERSION}")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> UsageError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_BUSY:
            return UsageError(
                "another process is grading into this folder",
                where=str(self._path.parent),
                remedy="Wait until it has ended, or name another folder with -o.",
            )
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return UsageError(
                f"this is not a journal, or damaged: {error}",
                where=str(self._path),
                remedy="Move the file away; the submissions are then graded again.",
            )
        return UsageError(
            f"the journal cannot be written: {error}",
            where=str(self._path),
            remedy="Make room on the disk, see who may write there, or name another folder.",
        )
